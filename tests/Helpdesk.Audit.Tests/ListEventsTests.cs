using System.Text.Json;
using System.Text.RegularExpressions;
using Helpdesk.SharedKernel.Events;

namespace Helpdesk.Audit.Tests;

public sealed class ListEventsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Path = "/api/v1/events";

    [Fact]
    public async Task Tells_the_published_events_newest_first_and_no_others()
    {
        var (tenant, client, reader) = await NewAsync();
        var agent = await tenant.AgentAsync("Grace", (await tenant.QueueAsync("billing")).Id);
        var ticket = (await client.TicketAsync()).GetProperty("id");
        (await client.PostAsync($"tickets/{ticket}/reply", new { body = "public" })).Created();
        (await client.PostAsync($"tickets/{ticket}/reply", new { body = "secret", @internal = true })).Created();
        (await client.PostAsync($"tickets/{ticket}", new { subject = "Other" })).Ok();
        (await client.PostAsync($"tickets/{ticket}", new { queue_id = agent.QueueIds[0], assignee_id = agent.Id })).Ok();
        await tenant.TagAsync("red");
        await tenant.SettledAsync();

        var page = (await reader.GetAsync(Path)).Expect(200);
        Assert.Equal(
            ["ticket.assigned", "ticket.updated", "ticket.status_changed", "ticket.replied", "ticket.created"],
            page.Data.Texts("type").OrderBy(type => Array.IndexOf(["ticket.assigned", "ticket.updated", "ticket.status_changed", "ticket.replied", "ticket.created"], type)));
        Assert.Equal(5, page.Json.GetProperty("total_count").GetInt32());
        Assert.DoesNotContain("secret", page.Text);
        Assert.All(page.Data.Texts("id"), id => Assert.Matches("^evt_[0-7][0-9A-HJKMNP-TV-Z]{25}$", id));
        Assert.All(page.Data.Texts("created_at"), at => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", at));
        Assert.All(page.Data.EnumerateArray(), row => Assert.Equal(ticket.ToString(), row.GetProperty("data").GetProperty("ticket").GetProperty("id").ToString()));
    }

    [Fact]
    public async Task Says_of_each_type_what_the_contract_says()
    {
        var (tenant, client, reader) = await NewAsync();
        var queue = await tenant.QueueAsync("billing");
        var agent = await tenant.AgentAsync("Grace", queue.Id);
        var ticket = (await client.TicketAsync(more: new { queue_id = queue.Id })).GetProperty("id");
        var reply = (await client.PostAsync($"tickets/{ticket}/reply", new { body = "public" })).Created();
        (await client.PostAsync($"tickets/{ticket}", new { priority = "high", assignee_id = agent.Id })).Ok();
        await tenant.SettledAsync();

        var created = await DataAsync("ticket.created");
        Assert.Equal(["ticket", "actor"], Members(created));
        Assert.Equal("api", created.GetProperty("actor").GetProperty("kind").GetString());
        Assert.Equal("test key", created.GetProperty("actor").GetProperty("name").GetString());
        Assert.DoesNotContain("messages", Members(created.GetProperty("ticket")));
        Assert.Equal(reply.GetProperty("id").ToString(), (await DataAsync("ticket.replied")).GetProperty("message").GetProperty("id").ToString());
        var moved = await DataAsync("ticket.status_changed");
        Assert.Equal("new open", $"{moved.GetProperty("from")} {moved.GetProperty("to")}");
        var assigned = await DataAsync("ticket.assigned");
        Assert.Equal($"Null {agent.Id}", $"{assigned.GetProperty("from").ValueKind} {assigned.GetProperty("to")}");
        Assert.Equal("high", (await DataAsync("ticket.updated")).GetProperty("changes").GetProperty("priority").GetProperty("to").GetString());

        async Task<JsonElement> DataAsync(string type) => Assert.Single((await reader.GetAsync($"{Path}?type={type}")).Ok().EnumerateArray()).GetProperty("data");
        static string[] Members(JsonElement value) => [.. value.EnumerateObject().Select(member => member.Name)];
    }

    [Fact]
    public async Task Since_a_time_or_an_event_only_what_came_after_is_told()
    {
        var (tenant, client, reader) = await NewAsync();
        for (var i = 0; i < 4; i++)
        {
            await client.TicketAsync();
            await Task.Delay(5);
        }

        await tenant.SettledAsync();
        var all = (await reader.GetAsync(Path)).Ok();
        var (ids, times) = (all.Texts("id"), all.Texts("created_at"));
        Assert.Equal(ids[..2], (await reader.GetAsync($"{Path}?since={times[1]}")).Ok().Texts("id"));
        Assert.Equal(ids[..1], (await reader.GetAsync($"{Path}?since={ids[1]}")).Ok().Texts("id"));
        Assert.Equal([ids[1], ids[0]], (await reader.GetAsync($"{Path}?since={ids[2]}&sort=id")).Ok().Texts("id"));
        Assert.Empty((await reader.GetAsync($"{Path}?since={ids[0]}")).Ok().Texts("id"));
        Assert.Empty((await reader.GetAsync($"{Path}?since=2099-01-01")).Ok().Texts("id"));
        Assert.Empty((await reader.GetAsync($"{Path}?since=9999-12-31T23:59:59.9999999Z")).Ok().Texts("id"));
        Assert.Equal(ids, (await reader.GetAsync($"{Path}?since=2025-01-01")).Ok().Texts("id"));
        Assert.Equal(2, (await reader.GetAsync($"{Path}?since={times[1]}&type=ticket.created")).Json.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task Pages_go_through_all_in_both_directions()
    {
        var (tenant, client, reader) = await NewAsync();
        for (var i = 0; i < 5; i++)
            await client.TicketAsync();
        await tenant.SettledAsync();
        var newest = (await reader.AllAsync($"{Path}?limit=2")).ConvertAll(row => row.GetProperty("id").GetString());
        Assert.Equal(5, newest.Distinct().Count());

        var (oldest, cursor) = (new List<string>(), "");
        for (var calls = 0; calls < 5; calls++)
        {
            var page = (await reader.GetAsync($"{Path}?limit=2&sort=id&cursor={cursor}")).Expect(200);
            oldest.AddRange(page.Data.Texts("id"));
            Assert.Equal(oldest.Count < 5, page.Json.GetProperty("has_more").GetBoolean());
            cursor = page.NextCursor!;
        }

        Assert.Equal(newest.AsEnumerable().Reverse(), oldest);
    }

    [Theory]
    [InlineData("type=ticket.tagged", "type")]
    [InlineData("type=*", "type")]
    [InlineData("since=yesterday", "since")]
    [InlineData("since=evt_01ARZ3NDEKTSV4RRFFQ69G5FAV", "since")]
    [InlineData("since=evt_ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "since")]
    [InlineData("since=evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "since")]
    [InlineData("since=evt_", "since")]
    [InlineData("sort=created_at", "sort")]
    [InlineData("limit=x", "limit")]
    public async Task Refuses_what_means_nothing(string query, string field)
    {
        var (_, _, reader) = await NewAsync();
        Assert.NotEmpty((await reader.GetAsync($"{Path}?{query}")).Refused(422, "validation_failed").Field(field));
    }

    [Theory]
    [InlineData("type=ticket.created")]
    [InlineData("since=2025-01-01")]
    [InlineData("sort=id")]
    public async Task Refuses_a_cursor_of_other_filters_or_another_tenant(string query)
    {
        var (tenant, client, reader) = await NewAsync();
        await client.TicketAsync();
        await client.TicketAsync();
        await tenant.SettledAsync();
        var cursor = (await reader.GetAsync($"{Path}?limit=1")).NextCursor;
        (await reader.GetAsync($"{Path}?cursor={cursor}")).Ok();
        (await reader.GetAsync($"{Path}?cursor={cursor}&{query}")).Refused(400, "invalid_cursor");
        var (_, _, stranger) = await NewAsync();
        (await stranger.GetAsync($"{Path}?cursor={cursor}")).Refused(400, "invalid_cursor");
    }

    [Fact]
    public async Task Nobody_learns_of_another_tenants_events()
    {
        var (tenant, client, reader) = await NewAsync();
        await client.TicketAsync();
        await tenant.SettledAsync();
        var (other, _, stranger) = await NewAsync();
        await other.SettledAsync();
        var id = (await reader.GetAsync(Path)).Ok().Texts("id")[0];
        Assert.Empty((await stranger.GetAsync(Path)).Ok().Texts("id"));
        (await stranger.GetAsync($"{Path}?since={id}")).Refused(422, "validation_failed");
        (await reader.On(other.Slug).GetAsync(Path)).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task The_environments_do_not_see_each_other()
    {
        var (tenant, client, reader) = await NewAsync();
        await client.TicketAsync();
        var test = await tenant.ClientAsync(key => key with { Environment = "test", Scopes = [.. TestTenant.AllScopes, "events:read"] });
        var ticket = await test.TicketAsync();
        await tenant.SettledAsync();
        Assert.Single((await reader.GetAsync(Path)).Ok().EnumerateArray());
        var own = Assert.Single((await test.GetAsync(Path)).Ok().EnumerateArray());
        Assert.Equal(ticket.GetProperty("id").ToString(), own.GetProperty("data").GetProperty("ticket").GetProperty("id").ToString());
        (await reader.GetAsync($"{Path}?since={own.GetProperty("id")}")).Refused(422, "validation_failed");
    }

    [Theory]
    [InlineData("helpdesk:read")]
    [InlineData("helpdesk:admin")]
    public async Task Wants_its_own_scope(string scope) =>
        (await (await (await app.NewTenantAsync()).ClientAsync(scope)).GetAsync(Path)).Refused(403, "insufficient_scope");

    [Fact]
    public void Names_of_events_are_computed_back_and_sort_like_their_ids()
    {
        var random = new Random(1);
        var ids = Enumerable.Range(0, 2000).Select(_ => random.NextInt64(1L << 53)).Order().ToArray();
        var names = ids.Select(id => EventName.Of(42, id)).ToArray();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(ids.Select(id => (long?)id), names.Select(name => EventName.IdOf(42, name)));
        Assert.All(names, name => Assert.Null(EventName.IdOf(43, name)));
        Assert.All(names, name => Assert.Null(EventName.IdOf(42, name.ToLowerInvariant())));
        Assert.Null(EventName.IdOf(42, Regex.Replace(names[0], ".$", match => match.Value == "0" ? "1" : "0")));
    }

    private async Task<(TestTenant Tenant, ApiClient Client, ApiClient Reader)> NewAsync()
    {
        var tenant = await app.NewTenantAsync();
        return (tenant, await tenant.ClientAsync(), await tenant.ClientAsync("events:read"));
    }
}
