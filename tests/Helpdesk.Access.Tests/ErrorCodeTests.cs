namespace Helpdesk.Access.Tests;

/// <summary>The refusals of handlers, each with its documented status and code; those before a handler have classes of their own.</summary>
public sealed class ErrorCodeTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData("GET", "tickets/HD-000099", "ticket_not_found")]
    [InlineData("GET", "tickets/99", "ticket_not_found")]
    [InlineData("GET", "tickets/not-a-reference", "ticket_not_found")]
    [InlineData("GET", "tickets/HD-000099/messages", "ticket_not_found")]
    [InlineData("GET", "queues/99", "queue_not_found")]
    [InlineData("GET", "queues/support", "queue_not_found")]
    [InlineData("GET", "agents/99", "agent_not_found")]
    [InlineData("POST", "tickets/HD-000099", "ticket_not_found")]
    [InlineData("POST", "tickets/HD-000099/reply", "ticket_not_found")]
    [InlineData("POST", "tickets/HD-000099/status", "ticket_not_found")]
    [InlineData("POST", "tickets?queue_id", "queue_not_found")]
    [InlineData("POST", "tickets?help_topic_id", "help_topic_not_found")]
    [InlineData("POST", "tickets?assignee_id", "agent_not_found")]
    [InlineData("POST", "tickets?requester_id", "requester_not_found")]
    [InlineData("POST", "tickets/HD-000001/reply?agent_id", "agent_not_found")]
    [InlineData("POST", "tickets/HD-000001/reply?canned_response_id", "canned_response_not_found")]
    [InlineData("POST", "canned-responses?queue_id", "queue_not_found")]
    public async Task What_is_not_there_is_named(string method, string path, string code)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await client.TicketAsync();
        // Behind the question mark: a member of the body that names something by an id that nothing has.
        var (route, member) = path.Split('?') is [var before, var after] ? (before, $",\"{after}\":99") : (path, "");
        var body = $$"""{"subject":"a","body":"b","status":"open","slug":"a","title":"a","body_md":"b"{{member}}}""";

        var reply = await client.SendAsync(new HttpMethod(method), route, method == "GET" ? null : body, null);

        reply.Refused(404, code).SaysNothingOfTheInside();
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_slug_that_is_taken_is_named()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.PostAsync("tags", new { name = "Refund" })).Created();
        var reply = (await client.PostAsync("tags", new { name = "Another", slug = "refund" })).Refused(409, "slug_taken").SaysNothingOfTheInside();
        Assert.Equal("refund", reply.Json.GetProperty("error").GetProperty("extra").GetProperty("slug").GetString());
        Assert.Equal("refund", reply.Json.GetProperty("error").GetProperty("slug").GetString());
    }

    [Fact]
    public async Task A_closed_ticket_takes_no_reply_change_or_status()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await client.TicketAsync();
        (await client.PostAsync("tickets/HD-000001/status", new { status = "closed" })).Ok();
        foreach (var (path, body) in new[]
        {
            ("tickets/HD-000001/reply", (object)new { body = "x" }),
            ("tickets/HD-000001", new { subject = "x" }),
            ("tickets/HD-000001/status", new { status = "open" }),
        })
        {
            var reply = (await client.PostAsync(path, body)).Refused(409, "ticket_closed").SaysNothingOfTheInside();
            Assert.Contains("follow-up", reply.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_ticket_that_was_resolved_long_ago_is_not_reopened_by_its_requester()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await client.TicketAsync();
        (await client.PostAsync("tickets/HD-000001/status", new { status = "resolved" })).Ok();
        await app.OwnerSqlAsync("update tickets.ticket set version = version + 1, resolved_at = resolved_at - interval '8 days' where tenant_id = @Id", new { tenant.Id });
        var reply = await client.PostAsync("tickets/HD-000001/reply", new { body = "x", @as = "requester" });
        reply.Refused(409, "reopen_window_expired").SaysNothingOfTheInside();
    }

    [Fact]
    public async Task Waiting_longer_than_a_lock_may_take_is_told_as_an_outage()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await client.TicketAsync();
        await using var holder = new Npgsql.NpgsqlConnection(app.OwnerConnectionString);
        await holder.OpenAsync();
        await using var hold = await holder.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("select from kernel.counter where tenant_id = $1 for update", holder, hold))
        {
            command.Parameters.Add(new() { Value = tenant.Id });
            await command.ExecuteNonQueryAsync();
        }

        var reply = (await client.PostAsync("tickets", new { subject = "a", body = "b" })).Refused(503, "server_error").SaysNothingOfTheInside();

        Assert.Equal("1", reply.Headers["Retry-After"]);
        Assert.Equal(1, await tenant.TicketCountAsync());
    }
}
