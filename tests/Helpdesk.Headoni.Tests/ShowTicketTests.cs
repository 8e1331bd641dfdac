namespace Helpdesk.Headoni.Tests;

public sealed class ShowTicketTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Shows_a_ticket_with_its_public_messages_oldest_first()
    {
        var tenant = await app.NewTenantAsync();
        var (client, native) = (await tenant.HeadoniAsync(), await tenant.ClientAsync());
        var agent = await tenant.AgentAsync("Grace Hopper");
        var made = await client.TicketAsync();
        foreach (var body in new object[]
        {
            new { body = "Have you tried another bulb?", agent_id = agent.Id }, new { body = "A whisper among us.", @internal = true },
            new { body = "Yes.", @as = "requester" }, new { body = "A program says hello.", status = "pending" },
        })
        {
            (await native.PostAsync($"tickets/{made.Text("id")}/reply", body)).Created();
        }

        var reply = await client.GetAsync($"tickets/{made.Text("number")}");
        Assert.Equal(
            ["end_user: It was fine yesterday.", "agent: Have you tried another bulb?", "end_user: Yes.", "automation: A program says hello."],
            reply.Ok().GetProperty("ticket").Messages());
        Assert.DoesNotContain("whisper", reply.Text, StringComparison.Ordinal);
        await Verify(reply);
    }

    [Fact]
    public async Task Is_found_by_number_and_by_id()
    {
        var client = await (await app.NewTenantAsync()).HeadoniAsync();
        await client.TicketAsync();
        var made = await client.TicketAsync();
        var byNumber = (await client.GetAsync("tickets/2")).Expect(200).Text;
        Assert.Equal(byNumber, (await client.GetAsync($"tickets/{made.Text("id")}")).Expect(200).Text);
        Assert.Equal(byNumber, (await client.GetAsync("tickets/0002")).Expect(200).Text);
    }

    [Theory]
    [InlineData("HD-000001")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("%20")]
    [InlineData("１")]
    public async Task Wants_digits(string id) => (await (await (await app.NewTenantAsync()).HeadoniAsync()).GetAsync("tickets/" + id)).Refused(400, "invalid_id");

    [Theory]
    [InlineData("0")]
    [InlineData("7")]
    [InlineData("2147483647")]
    [InlineData("2147483648")]
    [InlineData("190517221347328")]
    [InlineData("99999999999999999999999")]
    public async Task Does_not_find_what_is_not_there(string id) =>
        (await (await (await app.NewTenantAsync()).HeadoniAsync()).GetAsync("tickets/" + id)).Refused(404, "ticket_not_found");

    [Fact]
    public async Task Shows_every_message_of_a_long_conversation()
    {
        var tenant = await app.NewTenantAsync();
        var (client, native) = (await tenant.HeadoniAsync(), await tenant.ClientAsync());
        var made = await client.TicketAsync();
        for (var i = 1; i <= 110; i++)
            (await native.PostAsync($"tickets/{made.Text("id")}/reply", new { body = $"{i}" })).Created();
        var shown = (await client.GetAsync("tickets/1")).Ok().GetProperty("ticket").Messages();
        Assert.Equal(Enumerable.Range(1, 110).Select(i => $"automation: {i}"), shown.Skip(1));
    }

    [Fact]
    public async Task Shows_the_newest_thousand_of_a_very_long_conversation()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        var made = await client.TicketAsync();
        await app.OwnerSqlAsync("""
            insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_name, body_md, is_internal, created_at)
            select tenant_id, id + i, ticket_id, 0, author_kind, author_name, i::text, false, created_at
            from tickets.message, generate_series(1, 1000) i where tenant_id = @Id
            """, new { tenant.Id });
        foreach (var name in new[] { "id", "number" })
        {
            var shown = (await client.GetAsync($"tickets/{made.Text(name)}")).Ok().GetProperty("ticket").Messages();
            Assert.Equal(Enumerable.Range(1, 1000).Select(i => $"end_user: {i}"), shown);
        }
    }

    [Fact]
    public async Task The_time_of_the_last_change_moves_with_notes_too()
    {
        var tenant = await app.NewTenantAsync();
        var (client, native) = (await tenant.HeadoniAsync(), await tenant.ClientAsync());
        await client.TicketAsync();
        var before = (await client.GetAsync("tickets/1")).Ok().GetProperty("ticket").Text("updatedAt");
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", before);
        await Task.Delay(5);
        (await native.PostAsync("tickets/HD-000001/reply", new { body = "x", @internal = true })).Created();
        Assert.True(string.CompareOrdinal(before, (await client.GetAsync("tickets/1")).Ok().GetProperty("ticket").Text("updatedAt")) < 0);
    }
}
