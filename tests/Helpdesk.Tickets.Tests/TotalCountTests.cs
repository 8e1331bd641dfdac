using System.Text.Json;

namespace Helpdesk.Tickets.Tests;

public sealed class TotalCountTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Totals_agree_with_counting_by_hand_after_anything(int seed)
    {
        var tenant = await app.NewTenantAsync();
        var queues = new[]
        {
            await tenant.QueueAsync("manual"), await tenant.QueueAsync("turns", AssignmentPolicy.RoundRobin),
            await tenant.QueueAsync("fewest", AssignmentPolicy.FewestOpen),
        };
        long[] queueIds = [.. queues.Select(queue => queue.Id)];
        var agents = new List<long>();
        for (var i = 0; i < 3; i++)
            agents.Add((await tenant.AgentAsync($"Agent {i}", queueIds)).Id);
        ApiClient[] clients = [await tenant.ClientAsync(), await tenant.ClientAsync(key => key with { Environment = "test" })];

        // Several writers at once: the counts must come out right also where they meet.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker =>
            WriteAsync(clients[worker % 4 == 3 ? 1 : 0], queueIds, agents, new Random((seed * 10) + worker))));

        foreach (var client in clients)
        {
            var all = await client.AllAsync();
            await HoldAsync(client, "", all, _ => true);
            await HoldAsync(client, "assignee_id=none", all, ticket => ticket.Assignee() is null);
            await HoldAsync(client, "status=new,open,closed", all, ticket => ticket.Text("status") is "new" or "open" or "closed");
            foreach (var status in Ticketing.Statuses)
            {
                await HoldAsync(client, $"status={status}", all, ticket => ticket.Text("status") == status);
                await HoldAsync(client, $"status={status}&assignee_id=none", all, ticket => ticket.Text("status") == status && ticket.Assignee() is null);
                foreach (var queue in queueIds)
                    await HoldAsync(client, $"status={status}&queue_id={queue}", all, ticket => ticket.Text("status") == status && QueueOf(ticket) == queue);
                foreach (var agent in agents)
                    await HoldAsync(client, $"status={status}&assignee_id={agent}", all, ticket => ticket.Text("status") == status && ticket.Assignee() == agent);
            }

            foreach (var queue in queueIds)
            {
                await HoldAsync(client, $"queue_id={queue}", all, ticket => QueueOf(ticket) == queue);
                await HoldAsync(client, $"queue_id={queue},{queueIds[0]}", all, ticket => QueueOf(ticket) == queue || QueueOf(ticket) == queueIds[0]);
                await HoldAsync(client, $"queue_id={queue}&assignee_id={agents[0]}", all, ticket => QueueOf(ticket) == queue && ticket.Assignee() == agents[0]);
                Assert.Equal(all.Count(ticket => QueueOf(ticket) == queue && IsOpen(ticket)), await OpenAsync(client, $"queues/{queue}"));
            }

            foreach (var agent in agents)
            {
                await HoldAsync(client, $"assignee_id={agent}", all, ticket => ticket.Assignee() == agent);
                await HoldAsync(client, $"assignee_id=none,{agent}", all, ticket => ticket.Assignee() is null || ticket.Assignee() == agent);
                Assert.Equal(all.Count(ticket => ticket.Assignee() == agent && IsOpen(ticket)), await OpenAsync(client, $"agents/{agent}"));
            }

            await HoldAsync(client, "priority=high", all, ticket => ticket.Text("priority") == "high");
            await HoldAsync(client, "q=lamp", all, _ => true);
        }
    }

    private static async Task WriteAsync(ApiClient client, long[] queues, List<long> agents, Random random)
    {
        var mine = new List<JsonElement>();
        for (var step = 0; step < 40; step++)
        {
            if (mine.Count == 0 || random.Next(3) == 0)
            {
                mine.Add(await client.TicketAsync(more: new { queue_id = Pick(queues), priority = Pick(["high", "normal"]) }));
                continue;
            }

            var ticket = Pick([.. mine]);
            var reply = random.Next(6) switch
            {
                0 => await client.MoveAsync(ticket, Pick(Ticketing.Statuses)),
                1 => await client.UpdateAsync(ticket, new { queue_id = Pick(queues) }),
                2 => await client.UpdateAsync(ticket, new { queue_id = Pick(queues), assignee_id = Pick([.. agents]), status = Pick(Ticketing.Statuses) }),
                3 => await client.UpdateAsync(ticket, new { assignee_id = random.Next(2) == 0 ? (long?)null : Pick([.. agents]) }),
                4 => await client.ReplyAsync(ticket, new { body = "x", @as = Pick(["agent", "requester"]) }),
                _ => await client.ReplyAsync(ticket, new { body = "x", status = Pick(Ticketing.Statuses) }),
            };
            // A closed ticket, and an agent who is not of the ticket's queue, are refused, which must not count either.
            Assert.Contains(reply.Status, (int[])[200, 201, 409, 422]);
        }

        T Pick<T>(T[] items) => items[random.Next(items.Length)];
    }

    private static async Task HoldAsync(ApiClient client, string query, List<JsonElement> all, Func<JsonElement, bool> matches)
    {
        var expected = all.Where(matches).Select(ticket => ticket.Id()).ToArray();
        Assert.Equal(expected, await client.ListedAsync(query));
        Assert.True(expected.Length == await client.TotalAsync(query), $"{query}: {expected.Length} by hand, {await client.TotalAsync(query)} said");
    }

    private static async Task<int> OpenAsync(ApiClient client, string path) => (await client.GetAsync(path)).Ok().GetProperty("open_ticket_count").GetInt32();

    private static long QueueOf(JsonElement ticket) => ticket.GetProperty("queue").Id();

    private static bool IsOpen(JsonElement ticket) => ticket.Text("status") is not ("resolved" or "closed");
}
