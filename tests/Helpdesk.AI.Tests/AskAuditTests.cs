namespace Helpdesk.AI.Tests;

public sealed class AskAuditTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Cites_only_events_that_it_was_given()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var client = await tenant.ClientAsync();
        await client.TicketAsync();
        var other = await app.NewTenantAsync();
        await (await other.ClientAsync()).TicketAsync();
        var foreign = (await app.OwnerQueryAsync<long>("select max(id) from log.event where tenant_id = @Id", new { other.Id }))[0];
        key.Does(asked => ModelReply.Tool(new
        {
            text = $"A ticket came in [#{asked.Of("event")[0].GetProperty("id")}], as did another [#{foreign}] and more [#1, #{asked.Of("event")[1].GetProperty("id")}] (#{foreign}).",
        }));

        var text = (await client.AskAsync("audit-qa", new { question = "What came in?" })).Answered().GetProperty("text").GetString()!;

        var given = key.Asked.Last().Of("event").Select(happened => happened.GetProperty("id").GetInt64()).ToArray();
        Assert.Equal($"A ticket came in [#{given[0]}], as did another and more [#{given[1]}] ().", text);
        Assert.Equal("What came in?", key.Asked.Last().Of("question")[0].GetString());
    }

    [Fact]
    public async Task Sees_the_last_two_hundred_events_of_its_environment()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good["audit-qa"]));
        var client = await tenant.ClientAsync();
        await (await tenant.ClientAsync(minted => minted with { Environment = "test" })).TicketAsync();
        await client.TicketAsync("The newest one");
        await app.OwnerSqlAsync("""
            insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, ip, is_test, subject_type, subject_id, changes, at)
            select e.tenant_id, e.id - n * 64, 'tag.updated', 3, 1, 'robot', '203.0.113.9', false, 'tag', n, json_build_object('name', json_build_object('from', repeat('x', 5000), 'to', 'y'))::jsonb, e.at
            from log.event e cross join generate_series(1, 300) n where e.tenant_id = @Id and e.event_key = 'ticket.created' and not e.is_test
            """, new { tenant.Id });
        (await client.AskAsync("audit-qa", new { question = "Anything?" })).Answered();
        var events = key.Asked.Last().Of("event");
        Assert.Equal(200, events.Length);
        Assert.Equal(1, events.Count(happened => happened.GetProperty("event_key").GetString() == "ticket.created"));
        Assert.Equal(events.Select(happened => happened.GetProperty("id").GetInt64()).OrderDescending(), events.Select(happened => happened.GetProperty("id").GetInt64()));
        Assert.DoesNotContain("203.0.113.9", key.Asked.Last().Text, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', 500), key.Asked.Last().Text, StringComparison.Ordinal);
        Assert.InRange(key.Asked.Last().Text.Length, 1, 200_000);
    }

    [Fact]
    public async Task What_a_citation_held_apart_is_harmless_without_it()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(new { text = "https:#1//evil.example [x]#1(//evil.example) ww#1w.evil.example #\u200b1" }));
        var client = await tenant.ClientAsync();
        var text = (await client.AskAsync("audit-qa", new { question = "Anything?" })).Answered().GetProperty("text").GetString();
        Assert.Equal("https[:]//evil.example [x] (//evil.example) www[.]evil.example", text);
        key.Always(ModelReply.Tool(new { text = "[#1]" }));
        (await client.AskAsync("audit-qa", new { question = "Anything?" })).Declined("malformed_json");
    }

    [Fact]
    public async Task Changes_are_told_as_what_they_are()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good["audit-qa"]));
        (await (await tenant.ClientAsync()).AskAsync("audit-qa", new { question = "Anything?" })).Answered();
        var changes = key.Asked.Last().Of("event").Select(happened => happened.GetProperty("changes")).First(one => one.ValueKind is not System.Text.Json.JsonValueKind.Null);
        Assert.Equal(100, changes.GetProperty("cap_usd").GetProperty("to").GetDouble());
    }

    [Theory]
    [InlineData("See [#7].", "See [#7].")]
    [InlineData("See [#8].", "See.")]
    [InlineData("See [# 7 ,#8; event #9].", "See [#7] [#9].")]
    [InlineData("See #8 and #7", "See and [#7]")]
    [InlineData("[#8] [#8]", "")]
    [InlineData("[#99999999999999999999999999]x", "x")]
    [InlineData("# A heading", "# A heading")]
    public void Citations_are_tidied(string text, string tidied) => Assert.Equal(tidied, AskAuditHandler.WithKnownOnly(text, new HashSet<long> { 7, 9 }));
}
