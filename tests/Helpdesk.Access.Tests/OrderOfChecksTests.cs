using System.Text;

namespace Helpdesk.Access.Tests;

/// <summary>Each request fails several checks at once; the answer tells which one came first (mobieus 1).</summary>
public sealed class OrderOfChecksTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string UnknownRoute = "/api/v1/helpdesk/no-such-route";

    [Fact]
    public async Task A_preflight_is_answered_before_all_else()
    {
        var client = new ApiClient(app, "nobody-has-this", null);
        var reply = await client.SendAsync(HttpMethod.Options, UnknownRoute, null, null);
        Assert.Equal((204, ""), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task An_unknown_host_comes_before_plan_and_key()
    {
        var tenant = await app.NewTenantAsync("starter");
        var client = await tenant.ClientAsync();
        (await client.On("nobody-has-this").GetAsync("tickets")).Refused(404, "tenant_not_found");
        (await client.On("nobody-has-this").GetAsync(UnknownRoute, Saying.Authorization(null))).Refused(404, "tenant_not_found");
    }

    [Fact]
    public async Task The_plan_comes_before_the_key()
    {
        var tenant = await app.NewTenantAsync("starter");
        (await new ApiClient(app, tenant.Slug, null).GetAsync("tickets")).Refused(403, "plan_gated");
        (await new ApiClient(app, tenant.Slug, "mc_live_wrong").GetAsync(UnknownRoute)).Refused(403, "plan_gated");
    }

    [Fact]
    public async Task The_key_comes_before_the_rate_limit()
    {
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key with { RatePerHour = 1 });
        var client = new ApiClient(app, tenant.Slug, key.Token);
        (await client.GetAsync("tickets")).Ok();
        (await client.GetAsync("tickets")).Refused(429, "rate_limited");

        await tenant.RevokeAsync(key.Id);

        await Saying.UntilAsync(async () => (await client.GetAsync("tickets")).Status == 401);
        (await client.GetAsync("tickets")).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task The_key_comes_before_the_route()
    {
        var client = new ApiClient(app, (await app.NewTenantAsync()).Slug, null);
        (await client.GetAsync(UnknownRoute)).Refused(401, "invalid_api_key");
        (await client.SendAsync(HttpMethod.Delete, "tickets", null, null)).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task The_rate_limit_comes_before_route_method_scope_and_body()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync(key => key with { RatePerHour = 1, Scopes = ["helpdesk:read"] });
        (await client.GetAsync("tickets")).Ok();

        (await client.GetAsync(UnknownRoute)).Refused(429, "rate_limited");
        (await client.SendAsync(HttpMethod.Delete, "tickets", null, null)).Refused(429, "rate_limited");
        (await client.PostTextAsync("tickets", "{")).Refused(429, "rate_limited");
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task Route_and_method_come_before_the_scope()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync("events:read");
        (await client.GetAsync(UnknownRoute)).Refused(404, "not_found");
        (await client.PostTextAsync(UnknownRoute, "{")).Refused(404, "not_found");
        (await client.SendAsync(HttpMethod.Put, "tickets", null, null)).Refused(405, "method_not_allowed");
        (await client.GetAsync("tickets")).Refused(403, "insufficient_scope");
    }

    [Fact]
    public async Task The_scope_comes_before_the_body_whatever_is_wrong_with_it()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync("helpdesk:read");
        (await client.PostTextAsync("tickets", "{")).Refused(403, "insufficient_scope");
        (await client.PostTextAsync("tickets", "<a/>", "text/xml")).Refused(403, "insufficient_scope");
        (await client.PostAsync("tickets", new { }, idempotencyKey: new string('k', 300))).Refused(403, "insufficient_scope");
        (await client.PostAsync("tickets/1/reply", new { body = "x" })).Refused(403, "insufficient_scope");
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task The_stored_answer_comes_before_media_type_and_body()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        const string body = """{"subject":"a","body":"b"}""";
        (await client.PostTextAsync("tickets", body, idempotencyKey: "once")).Created();

        var replay = await client.PostTextAsync("tickets", body, "text/plain", "once");
        var other = await client.PostTextAsync("tickets", "{", idempotencyKey: "once");

        Assert.Equal((201, "true"), (replay.Status, replay.Headers.GetValueOrDefault("Idempotency-Replayed")));
        other.Refused(422, "idempotency_key_reused");
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task The_media_type_comes_before_the_JSON_and_that_before_the_values_and_those_before_lookups()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.PostTextAsync("tickets", "{", "text/plain")).Refused(415, "unsupported_media_type");
        (await client.PostTextAsync("tickets/HD-000099/reply", "{")).Refused(400, "invalid_json");
        (await client.PostAsync("tickets/HD-000099/reply", new { })).Refused(422, "validation_failed");
        (await client.PostAsync("tickets/HD-000099/reply", new { body = "x" })).Refused(404, "ticket_not_found");
        (await client.PostAsync("tickets", new { subject = "", body = "x", queue_id = 1 })).Refused(422, "validation_failed");
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_even_looked_at_without_the_scope()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync("helpdesk:read");
        var head = $"POST /api/v1/helpdesk/tickets HTTP/1.1\nHost: {tenant.Slug}.localhost\nAuthorization: Bearer {client.Token}\n"
            + "Content-Type: application/json\nContent-Length: 9000000";
        (await Wire.AskAsync(app.Address, head, Encoding.ASCII.GetBytes("{"))).Refused(403, "insufficient_scope");
    }
}
