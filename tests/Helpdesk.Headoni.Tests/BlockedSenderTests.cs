using Helpdesk.Host.Operation;

namespace Helpdesk.Headoni.Tests;

/// <summary>What blocked senders write is kept, closed and told to nobody; they cannot tell (headoni 4.1).</summary>
public sealed class BlockedSenderTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Gets_the_same_answer_and_a_closed_ticket()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        var queue = await tenant.QueueAsync("busy", Desk.Contracts.AssignmentPolicy.RoundRobin);
        await tenant.AgentAsync("Ada", queue.Id);
        await tenant.BlockAsync("Spam@Mail.example");

        var blocked = await client.PostAsync("tickets", new { email = "SPAM@mail.example", subject = "Win", body = "Now!", departmentId = $"{queue.Id}" });
        var other = await client.PostAsync("tickets", new { email = "maria@mail.example", subject = "Lamp", body = "Dark.", departmentId = $"{queue.Id}" });

        Assert.Equal(Shape(other), Shape(blocked));
        var shown = (await client.GetAsync("tickets/1")).Ok().GetProperty("ticket");
        Assert.Equal(("Closed", "closed"), (shown.GetProperty("status").Text("label"), shown.GetProperty("status").Text("internalType")));
        Assert.Equal(["end_user: Now!"], shown.Messages());
        Assert.Equal(2, (await client.GetAsync("tickets")).Ok().GetProperty("tickets").GetArrayLength());
        var native = (await (await tenant.ClientAsync()).GetAsync("tickets/HD-000001")).Ok();
        Assert.Equal(("closed", "", native.Text("created_at")), (native.Text("status"), native.Text("assignee"), native.Text("closed_at")));
        Assert.Equal([true, false], await app.OwnerQueryAsync<bool>("select is_blocked from tickets.ticket where tenant_id = @Id order by id", new { tenant.Id }));
        Assert.Contains("\"is_blocked\": true", (await tenant.EventsAsync("ticket"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_told()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        var support = Assert.Single(await app.OwnerQueryAsync<long>("select id from desk.queue where tenant_id = @Id", new { tenant.Id }));
        var ada = await tenant.AgentAsync("Ada", support);
        await tenant.BlockAsync("spam@mail.example");
        await client.TicketAsync("Win", "spam@mail.example");
        await (await tenant.ClientAsync()).TicketAsync("Win", new { requester = new { email = "spam@mail.example" }, assignee_id = ada.Id });
        var told = await client.TicketAsync("Lamp");
        IReadOnlyList<long> tickets = [];
        for (var tries = 0; tries < 250 && tickets.Count == 0; tries++)
        {
            await Task.Delay(20);
            tickets = await app.OwnerQueryAsync<long>("select distinct ticket_id from notifications.in_app where tenant_id = @Id", new { tenant.Id });
        }

        Assert.Equal([long.Parse(told.Text("id"))], tickets);
    }

    [Fact]
    public async Task Holds_for_every_dialect_and_ends_when_the_operator_says_so()
    {
        var tenant = await app.NewTenantAsync();
        var native = await tenant.ClientAsync();
        await tenant.BlockAsync("spam@mail.example", "a@b.c");
        Assert.Equal("closed", (await native.TicketAsync("Win", new { requester = new { email = "spam@mail.example" } })).Text("status"));
        await tenant.BlockAsync("a@b.c");
        Assert.Equal("new", (await native.TicketAsync("Win", new { requester = new { email = "spam@mail.example" } })).Text("status"));
        Assert.Equal(2, (await tenant.EventsAsync("desk")).Count);
        Assert.Contains("""{"addresses": {"to": [], "from": ["spam@mail.example"]}}""", (await tenant.EventsAsync("desk"))[1], StringComparison.Ordinal);
        await tenant.SendAsync(new Desk.ApplyDesk([], [], [], false, ["A@b.c"]));
        Assert.Equal(2, (await tenant.EventsAsync("desk")).Count);
    }

    [Fact]
    public async Task Takes_no_list_without_end() => await Assert.ThrowsAsync<OperatorException>(async () =>
        await (await app.NewTenantAsync()).BlockAsync([.. Enumerable.Range(0, 10_001).Select(i => $"a{i}@b.c")]));

    [Fact]
    public async Task Wants_addresses() =>
        await Assert.ThrowsAsync<OperatorException>(async () => await (await app.NewTenantAsync()).BlockAsync("everybody"));

    private static string Shape(HeadoniReply reply) => System.Text.RegularExpressions.Regex.Replace(
        string.Join("\n", reply.Expect(201).Text, string.Join(",", reply.Headers.Keys.Order())), "\"(id|number|subject|email)\":(\"[^\"]*\"|\\d+)", "$1");
}
