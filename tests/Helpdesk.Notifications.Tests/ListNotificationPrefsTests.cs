using System.Text.Json;

namespace Helpdesk.Notifications.Tests;

public sealed class ListNotificationPrefsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly string[] Keys =
    [
        "ticket.created", "ticket.assigned", "ticket.requester_replied", "ticket.agent_replied", "ticket.status_changed", "ticket.resolved",
        "ticket.closed", "sla.warning", "sla.breached",
    ];

    [Fact]
    public async Task Shows_what_is_built_in_for_every_key_and_channel()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var requester = (await client.TicketAsync()).GetProperty("requester").Id();
        var agent = await client.AgentAsync(tenant, "Ann");
        foreach (var (scope, id) in new[] { ("tenant_default", 0), ("agent", agent.Id), ("requester", requester) })
        {
            var reply = (await client.GetAsync($"notification-prefs?scope={scope}&scope_id={id}")).Expect(200);
            Assert.Equal((18, false, null), (reply.Json.GetProperty("total_count").GetInt32(), reply.Json.GetProperty("has_more").GetBoolean(), reply.NextCursor));
            Assert.Equal(Keys.SelectMany(key => new[] { $"{key} email", $"{key} in_app" }), reply.Data.EnumerateArray().Select(NameOf));
            Assert.All(reply.Data.EnumerateArray(), row => Assert.Equal((scope, id), (row.GetProperty("scope").GetString(), row.GetProperty("scope_id").GetInt64())));
            Assert.All(reply.Data.EnumerateArray(), row => Assert.True(row.GetProperty("inherited").GetBoolean()));
            string[] off = scope == "requester" ? ["ticket.assigned", "sla.warning", "sla.breached"] : [];
            Assert.All(reply.Data.EnumerateArray(), row => Assert.Equal(
                !off.Contains(row.GetProperty("event_key").GetString()), row.GetProperty("enabled").GetBoolean()));
        }
    }

    [Fact]
    public async Task Shows_the_own_row_before_the_tenants_default_before_what_is_built_in()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var (ann, bob) = (await tenant.AgentAsync("Ann"), await tenant.AgentAsync("Bob"));
        var requester = (await client.TicketAsync()).GetProperty("requester").Id();
        (await client.SetAsync("tenant_default", 0, "ticket.assigned", "email", true)).Ok();
        (await client.SetAsync("tenant_default", 0, "ticket.resolved", "email", false)).Ok();
        (await client.SetAsync("agent", ann.Id, "ticket.resolved", "email", true)).Ok();
        (await client.SetAsync("agent", ann.Id, "ticket.closed", "in_app", false)).Ok();

        Assert.Equal("True own", await ShownAsync("agent", ann.Id, "ticket.resolved email"));
        Assert.Equal("False inherited", await ShownAsync("agent", bob.Id, "ticket.resolved email"));
        Assert.Equal("False inherited", await ShownAsync("requester", requester, "ticket.resolved email"));
        Assert.Equal("False own", await ShownAsync("tenant_default", 0, "ticket.resolved email"));
        Assert.Equal("True inherited", await ShownAsync("requester", requester, "ticket.assigned email"));
        Assert.Equal("False inherited", await ShownAsync("requester", requester, "ticket.assigned in_app"));
        Assert.Equal("False own", await ShownAsync("agent", ann.Id, "ticket.closed in_app"));
        Assert.Equal("True inherited", await ShownAsync("agent", ann.Id, "ticket.closed email"));

        async Task<string> ShownAsync(string scope, long id, string name)
        {
            var row = (await client.GetAsync($"notification-prefs?scope={scope}&scope_id={id}")).Ok().EnumerateArray().Single(row => NameOf(row) == name);
            return $"{row.GetProperty("enabled").GetBoolean()} {(row.GetProperty("inherited").GetBoolean() ? "inherited" : "own")}";
        }
    }

    [Fact]
    public async Task Pages_without_losing_or_repeating_one()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var (seen, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = (await client.GetAsync($"notification-prefs?scope=tenant_default&scope_id=0&limit=5&cursor={cursor}")).Expect(200);
            Assert.Equal(18, page.Json.GetProperty("total_count").GetInt32());
            seen.AddRange(page.Data.EnumerateArray().Select(NameOf));
            cursor = page.NextCursor;
            Assert.Equal(cursor is not null, page.Json.GetProperty("has_more").GetBoolean());
        }
        while (cursor is not null);

        Assert.Equal(Keys.SelectMany(key => new[] { $"{key} email", $"{key} in_app" }), seen);
    }

    [Fact]
    public async Task Refuses_a_cursor_of_somebody_else()
    {
        var tenant = await app.NewTenantAsync();
        var agent = await tenant.AgentAsync("Ann");
        var client = await tenant.ClientAsync();
        var cursor = (await client.GetAsync("notification-prefs?scope=tenant_default&scope_id=0&limit=1")).NextCursor;
        (await client.GetAsync($"notification-prefs?scope=agent&scope_id={agent.Id}&cursor={cursor}")).Refused(400, "invalid_cursor");
        var other = await (await app.NewTenantAsync()).ClientAsync();
        (await other.GetAsync($"notification-prefs?scope=tenant_default&scope_id=0&cursor={cursor}")).Refused(400, "invalid_cursor");
    }

    [Theory]
    [InlineData("", "scope", "scope_id")]
    [InlineData("scope=agent", "scope_id")]
    [InlineData("scope_id=0", "scope")]
    [InlineData("scope=queue&scope_id=1", "scope")]
    [InlineData("scope=Agent&scope_id=1", "scope")]
    [InlineData("scope=agent&scope_id=x", "scope_id")]
    [InlineData("scope=tenant_default&scope_id=7", "scope_id")]
    [InlineData("scope=tenant_default&scope_id=0&limit=x", "limit")]
    public async Task Refuses_what_names_nobody(string query, params string[] fields)
    {
        var reply = (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("notification-prefs?" + query)).Refused(422, "validation_failed");
        Assert.All(fields, field => Assert.NotEmpty(reply.Field(field)));
    }

    [Fact]
    public async Task Does_not_find_people_of_another_tenant()
    {
        var theirs = await app.NewTenantAsync();
        var agent = await theirs.AgentAsync("Ann");
        var requester = (await (await theirs.ClientAsync()).TicketAsync()).GetProperty("requester").Id();
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.GetAsync($"notification-prefs?scope=agent&scope_id={agent.Id}")).Refused(404, "agent_not_found");
        (await client.GetAsync($"notification-prefs?scope=requester&scope_id={requester}")).Refused(404, "requester_not_found");
        (await client.GetAsync($"notification-prefs?scope=agent&scope_id=0")).Refused(404, "agent_not_found");
        (await client.GetAsync($"notification-prefs?scope=requester&scope_id={agent.Id}")).Refused(404, "requester_not_found");
    }

    [Fact]
    public async Task Refuses_keys_without_the_scope_or_of_another_tenant()
    {
        var tenant = await app.NewTenantAsync();
        (await (await tenant.ClientAsync("helpdesk:write", "helpdesk:admin")).GetAsync("notification-prefs?scope=tenant_default&scope_id=0"))
            .Refused(403, "insufficient_scope");
        (await (await tenant.ClientAsync()).On((await app.NewTenantAsync()).Slug).GetAsync("notification-prefs?scope=tenant_default&scope_id=0"))
            .Refused(401, "invalid_api_key");
    }

    private static string NameOf(JsonElement row) => $"{row.GetProperty("event_key").GetString()} {row.GetProperty("channel").GetString()}";
}
