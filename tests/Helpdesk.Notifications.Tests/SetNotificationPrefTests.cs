namespace Helpdesk.Notifications.Tests;

public sealed class SetNotificationPrefTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Sets_one_and_changes_it_again()
    {
        var tenant = await app.NewTenantAsync();
        var agent = await tenant.AgentAsync("Ann");
        var client = await tenant.ClientAsync();
        var set = (await client.SetAsync("agent", agent.Id, "ticket.assigned", "email", false)).Ok();
        Assert.Equal(
            $$"""{"scope":"agent","scope_id":{{agent.Id}},"event_key":"ticket.assigned","channel":"email","enabled":false,"inherited":false}""", set.GetRawText());
        Assert.True((await client.SetAsync("agent", agent.Id, "ticket.assigned", "email", true)).Ok().GetProperty("enabled").GetBoolean());

        var what = $$"""{"scope": "agent", "channel": "email", "scope_id": {{agent.Id}}, "event_key": "ticket.assigned"}""";
        Assert.Equal(
            [
                """notification_pref.updated by test key: {"enabled": {"to": false, "from": null}} """ + what,
                """notification_pref.updated by test key: {"enabled": {"to": true, "from": false}} """ + what,
            ],
            await tenant.EventsAsync("notification_pref"));
    }

    [Fact]
    public async Task What_is_so_already_is_accepted_and_changes_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        // Set for the first time it is a row of its own, although it says what is built in.
        (await client.SetAsync("tenant_default", 0, "ticket.closed", "in_app", true)).Ok();
        Assert.False((await client.SetAsync("tenant_default", 0, "ticket.closed", "in_app", true)).Ok().GetProperty("inherited").GetBoolean());
        Assert.Single(await tenant.EventsAsync("notification_pref"));
    }

    [Theory]
    [InlineData("""{}""", "scope", "scope_id", "event_key", "channel", "enabled")]
    [InlineData("""{"scope":"tenant_default","scope_id":1,"event_key":"ticket.created","channel":"email","enabled":true}""", "scope_id")]
    [InlineData("""{"scope":"team","scope_id":0,"event_key":"ticket.created","channel":"email","enabled":true}""", "scope")]
    [InlineData("""{"scope":"tenant_default","scope_id":"0","event_key":"ticket.created","channel":"email","enabled":true}""", "scope_id")]
    [InlineData("""{"scope":"tenant_default","scope_id":0,"event_key":"ticket.replied","channel":"email","enabled":true}""", "event_key")]
    [InlineData("""{"scope":"tenant_default","scope_id":0,"event_key":"","channel":"email","enabled":true}""", "event_key")]
    [InlineData("""{"scope":"tenant_default","scope_id":0,"event_key":"ticket.created","channel":"sms","enabled":true}""", "channel")]
    [InlineData("""{"scope":"tenant_default","scope_id":0,"event_key":"ticket.created","channel":"email","enabled":"yes"}""", "enabled")]
    [InlineData("""{"scope":"tenant_default","scope_id":0,"event_key":"ticket.created","channel":"email","enabled":null}""", "enabled")]
    public async Task Refuses_values_that_mean_nothing(string body, params string[] fields)
    {
        var tenant = await app.NewTenantAsync();
        var reply = (await (await tenant.ClientAsync()).PostTextAsync("notification-prefs", body)).Refused(422, "validation_failed");
        Assert.All(fields, field => Assert.NotEmpty(reply.Field(field)));
        Assert.Empty(await tenant.EventsAsync("notification_pref"));
    }

    [Fact]
    public async Task Does_not_find_people_of_another_tenant()
    {
        var theirs = await app.NewTenantAsync();
        var agent = await theirs.AgentAsync("Ann");
        var requester = (await (await theirs.ClientAsync()).TicketAsync()).GetProperty("requester").Id();
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.SetAsync("agent", agent.Id, "ticket.created", "email", false)).Refused(404, "agent_not_found");
        (await client.SetAsync("requester", requester, "ticket.created", "email", false)).Refused(404, "requester_not_found");
        Assert.Empty(await theirs.EventsAsync("notification_pref"));
    }

    [Fact]
    public async Task Changes_nothing_for_another_tenant()
    {
        (await (await (await app.NewTenantAsync()).ClientAsync()).SetAsync("tenant_default", 0, "ticket.created", "email", false)).Ok();
        var other = (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("notification-prefs?scope=tenant_default&scope_id=0")).Ok();
        Assert.All(other.EnumerateArray(), row => Assert.True(row.GetProperty("inherited").GetBoolean()));
    }

    [Fact]
    public async Task Acts_once_for_twelve_requests_with_one_key()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.PostTwelveTimesAsync("notification-prefs",
            new { scope = "tenant_default", scope_id = 0, event_key = "ticket.created", channel = "email", enabled = false })).Ok();
        Assert.Single(await tenant.EventsAsync("notification_pref"));
    }

    [Fact]
    public async Task Many_at_once_end_with_one_row_and_a_story_that_fits()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async i => (await client.SetAsync("tenant_default", 0, "ticket.created", "email", i % 2 == 0)).Ok()));
        var steps = (await tenant.EventsAsync("notification_pref")).Select(line => line[line.IndexOf('{')..(line.IndexOf('}') + 1)]).ToList();
        var told = await app.OwnerQueryAsync<bool>("select enabled from notifications.pref where tenant_id = @Id", new { tenant.Id });
        // Each change tells what it changed, so they alternate; the first found nothing.
        Assert.Single(told);
        Assert.Single(steps, step => step.Contains("\"from\": null", StringComparison.Ordinal));
        var on = steps.Count(step => step.Contains("\"to\": true", StringComparison.Ordinal)) - steps.Count(step => step.Contains("\"from\": true", StringComparison.Ordinal));
        Assert.Equal(told[0] ? 1 : 0, on);
    }

    [Fact]
    public async Task Wants_the_scope_of_administrators()
    {
        var tenant = await app.NewTenantAsync();
        var reply = (await (await tenant.ClientAsync("helpdesk:read", "helpdesk:write")).SetAsync("tenant_default", 0, "ticket.created", "email", false))
            .Refused(403, "insufficient_scope");
        Assert.Equal("helpdesk:admin", reply.Json.GetProperty("error").GetProperty("required_scope").GetString());
        (await (await tenant.ClientAsync("helpdesk:admin")).SetAsync("tenant_default", 0, "ticket.created", "email", false)).Ok();
    }
}
