using System.Text.Json;

namespace Helpdesk.Tickets.Tests;

/// <summary>What one process remembers of tickets and lists must never be seen, whoever changed them.</summary>
public sealed class KnownTicketsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task A_ticket_that_was_read_often_is_read_as_another_process_left_it()
    {
        await using var other = await AnotherServer.StartAsync(app);
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        var byReference = $"tickets/{ticket.Text("reference")}";
        for (var times = 1; times <= 3; times++)
        {
            for (var reads = 0; reads < 3; reads++)
            {
                Assert.Equal(times, (await client.ReadAsync(ticket)).GetProperty("message_count").GetInt32());
                Assert.Equal(times, (await client.GetAsync(byReference)).Ok().GetProperty("message_count").GetInt32());
            }

            (await ThereAsync(client, other, $"tickets/{ticket.Id()}/reply", new { body = $"answer {times}" })).Created();
            Assert.Contains((await client.ReadAsync(ticket)).GetProperty("messages").EnumerateArray(), entry => entry.Text("body_md") == $"answer {times}");
        }
    }

    [Theory]
    [InlineData("tickets?limit=2")]
    [InlineData("tickets?limit=2&status=new,open")]
    [InlineData("tickets?limit=2&sort=-updated_at")]
    public async Task A_list_that_was_read_often_is_read_as_another_process_left_it(string list)
    {
        await using var other = await AnotherServer.StartAsync(app);
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var tickets = new List<JsonElement>();
        for (var number = 0; number < 3; number++)
            tickets.Add(await client.TicketAsync());
        var before = await OftenAsync();

        (await ThereAsync(client, other, $"tickets/{tickets[2].Id()}", new { subject = "Changed elsewhere", priority = "urgent" })).Ok();
        var changed = await OftenAsync();
        Assert.NotEqual(before, changed);
        Assert.Contains("Changed elsewhere", changed, StringComparison.Ordinal);

        (await ThereAsync(client, other, "tickets", new { subject = "Made elsewhere", body = "x" })).Created();
        Assert.Contains("Made elsewhere", await OftenAsync(), StringComparison.Ordinal);

        async Task<string> OftenAsync()
        {
            var (first, last) = ((await client.GetAsync(list)).Ok().ToString(), "");
            for (var reads = 0; reads < 4; reads++)
            {
                var reply = await client.GetAsync(list);
                last = reply.Ok().ToString();
                Assert.Equal(first, last);
                Assert.True(reply.Json.GetProperty("has_more").GetBoolean());
            }

            return last;
        }
    }

    [Fact]
    public async Task A_list_that_was_read_often_has_the_names_of_today()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var tag = (await client.PostAsync("tags", new { name = "Lift" })).Created();
        (await client.PostAsync("tickets", new { subject = "x", body = "y", tags = new[] { "lift" } })).Created();
        for (var reads = 0; reads < 4; reads++)
            Assert.Equal(["lift"], (await client.GetAsync("tickets")).Ok()[0].Tags());
        (await client.PostAsync($"tags/{tag.Id()}/delete")).Ok();
        Assert.Empty((await client.GetAsync("tickets")).Ok()[0].Tags());
    }

    [Fact]
    public async Task Every_page_of_a_list_is_its_own_however_often_it_is_read()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        for (var number = 0; number < 5; number++)
            await client.TicketAsync();
        var all = await client.ListedAsync();
        for (var reads = 0; reads < 4; reads++)
        {
            var first = await client.GetAsync("tickets?limit=2");
            Assert.Equal(all[..2], first.Data.EnumerateArray().Select(ticket => ticket.Id()));
            var second = await client.GetAsync($"tickets?limit=2&cursor={first.NextCursor}");
            Assert.Equal(all[2..4], second.Data.EnumerateArray().Select(ticket => ticket.Id()));
            Assert.Equal(all[..3], (await client.GetAsync("tickets?limit=3")).Data.EnumerateArray().Select(ticket => ticket.Id()));
            Assert.Equal(all.Reverse(), await client.ListedAsync("sort=id"));
        }
    }

    [Fact]
    public async Task A_ticket_that_was_written_here_and_closed_elsewhere_is_closed()
    {
        await using var other = await AnotherServer.StartAsync(app);
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.ReplyAsync(ticket, new { body = "written here" })).Created();
        (await ThereAsync(client, other, $"tickets/{ticket.Id()}/status", new { status = "closed" })).Ok();

        (await client.ReplyAsync(ticket, new { body = "too late" })).Refused(409, "ticket_closed");
        Assert.Equal(2, (await client.ReadAsync(ticket)).GetProperty("message_count").GetInt32());
    }

    [Fact]
    public async Task A_refusal_never_stands_on_what_was_remembered()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketInAsync("closed");
        await app.OwnerSqlAsync(
            "update tickets.ticket set version = version + 1, closed_at = null, "
                + "status_id = (select s.id from desk.status s where s.tenant_id = @Tenant and s.key = 'open') where id = @Id",
            new { Tenant = tenant.Id, Id = ticket.Id() });

        (await client.ReplyAsync(ticket, new { body = "It is dark again", @as = "requester" })).Created();
        Assert.Equal("open", (await client.ReadAsync(ticket)).Text("status"));
    }

    [Fact]
    public async Task A_change_that_changes_nothing_answers_with_the_ticket_of_now()
    {
        await using var other = await AnotherServer.StartAsync(app);
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.UpdateAsync(ticket, new { priority = "high" })).Ok();
        (await ThereAsync(client, other, $"tickets/{ticket.Id()}", new { subject = "Named elsewhere" })).Ok();

        Assert.Equal("Named elsewhere", (await client.UpdateAsync(ticket, new { priority = "high" })).Ok().Text("subject"));
    }

    [Fact]
    public async Task Two_processes_that_answer_the_same_ticket_by_turns_lose_nothing()
    {
        await using var other = await AnotherServer.StartAsync(app);
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async number => (number % 2 == 0
            ? await client.ReplyAsync(ticket, new { body = $"answer {number}" })
            : await ThereAsync(client, other, $"tickets/{ticket.Id()}/reply", new { body = $"answer {number}" })).Created()));

        var now = await client.ReadAsync(ticket);
        Assert.Equal(21, now.GetProperty("message_count").GetInt32());
        Assert.Equal(21, now.GetProperty("messages").EnumerateArray().Count(entry => entry.Text("kind") == "message"));
    }

    [Fact]
    public async Task What_was_read_often_is_told_for_as_long_as_it_has_its_version()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        for (var reads = 0; reads < 3; reads++)
        {
            await client.ReadAsync(ticket);
            (await client.GetAsync("tickets")).Ok();
        }

        // By hand and against the rules, which shows that the answers come from memory.
        await app.OwnerSqlAsync("update tickets.ticket set subject = 'By hand' where id = @Id", new { Id = ticket.Id() });
        Assert.Equal(ticket.Text("subject"), (await client.ReadAsync(ticket)).Text("subject"));
        Assert.Equal(ticket.Text("subject"), (await client.GetAsync("tickets")).Ok()[0].Text("subject"));
        await app.OwnerSqlAsync("update tickets.ticket set version = version + 1 where id = @Id", new { Id = ticket.Id() });
        Assert.Equal("By hand", (await client.ReadAsync(ticket)).Text("subject"));
        Assert.Equal("By hand", (await client.GetAsync("tickets")).Ok()[0].Text("subject"));
    }

    [Fact]
    public async Task A_state_from_before_a_restore_is_not_told_for_its_version()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        for (var reads = 0; reads < 3; reads++)
            await client.ReadAsync(ticket);
        await app.OwnerSqlAsync(
            "update tickets.ticket set subject = 'Another past', updated_at = updated_at + interval '1 hour' where id = @Id", new { Id = ticket.Id() });
        Assert.Equal("Another past", (await client.ReadAsync(ticket)).Text("subject"));
    }

    [Fact]
    public async Task A_ticket_that_was_written_here_is_changed_without_being_read_by_either_of_its_names()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var ticket = await client.TicketAsync();
        (await client.ReplyAsync(ticket, new { body = "written here" })).Created();
        await app.OwnerSqlAsync("update tickets.ticket set subject = 'By hand' where id = @Id", new { Id = ticket.Id() });

        var moved = (await client.PostAsync($"tickets/{ticket.Text("reference")}/status", new { status = "pending" })).Ok();
        Assert.Equal(ticket.Text("subject"), moved.Text("subject"));
        (await client.ReplyAsync(ticket, new { body = "and by its id" })).Created();
        Assert.Equal(3, (await client.ReadAsync(ticket)).GetProperty("message_count").GetInt32());
    }

    [Fact]
    public async Task What_is_known_of_one_environment_is_not_told_to_the_other()
    {
        var tenant = await app.NewTenantAsync();
        var (live, test) = (await tenant.ClientAsync(), await tenant.ClientAsync(key => key with { Environment = "test" }));
        var ticket = await live.TicketAsync();
        for (var reads = 0; reads < 4; reads++)
        {
            (await live.GetAsync($"tickets/{ticket.Id()}")).Ok();
            Assert.Equal(1, (await live.GetAsync("tickets")).Ok().GetArrayLength());
            (await test.GetAsync($"tickets/{ticket.Id()}")).Refused(404, "ticket_not_found");
            Assert.Equal(0, (await test.GetAsync("tickets")).Ok().GetArrayLength());
            (await test.ReplyAsync(ticket, new { body = "x" })).Refused(404, "ticket_not_found");
            (await live.ReplyAsync(ticket, new { body = "x" })).Created();
        }
    }

    private static Task<ApiReply> ThereAsync(ApiClient client, AnotherServer server, string path, object body) =>
        client.SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body), null, configure: server.Here);
}
