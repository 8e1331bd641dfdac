namespace Helpdesk.Access.Tests;

public sealed class CorsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Page = "https://desk.example.com";

    [Fact]
    public async Task Every_answer_may_be_read_by_any_page()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var starter = await (await app.NewTenantAsync("starter")).ClientAsync();
        var limited = await tenant.ClientAsync(key => key with { RatePerHour = 1 });
        await limited.GetAsync("queues", From(Page));
        var replies = new[]
        {
            await client.GetAsync("queues", From(Page)), await client.GetAsync("queues"), await client.GetAsync("tickets/1"),
            await client.PostTextAsync("tags", "{"), await client.PostTextAsync("tags", "{}", "text/plain"),
            await client.PostAsync("tags", new { }), await client.GetAsync("nothing"), await client.PostAsync("queues", new { }),
            await client.GetAsync("queues", Saying.Authorization(null)), await client.GetAsync("queues", Saying.Host("example.com")),
            await starter.GetAsync("queues"), await limited.GetAsync("queues"), await (await tenant.ClientAsync("events:read")).GetAsync("queues"),
        };
        Assert.Equal([200, 200, 404, 400, 415, 422, 404, 405, 401, 404, 403, 429, 403], replies.Select(reply => reply.Status));
        Assert.All(replies, AllowsAll);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_readably()
    {
        var tenant = await app.NewTenantAsync();
        var head = $"POST /api/v1/helpdesk/tickets HTTP/1.1\nHost: {tenant.Slug}.localhost\nAuthorization: Bearer {(await tenant.ClientAsync()).Token}\n"
            + "Content-Type: application/json\nContent-Length: 9000000";
        AllowsAll((await Wire.AskAsync(app.Address, head, "{"u8.ToArray())).Refused(413, "payload_too_large"));
    }

    [Fact]
    public async Task A_preflight_needs_neither_key_nor_plan_nor_route()
    {
        var starter = new ApiClient(app, (await app.NewTenantAsync("starter")).Slug, null);
        foreach (var path in new[] { "tickets", "tickets/1/reply", "no-such-route", "/api/v1" })
        {
            var reply = await starter.SendAsync(HttpMethod.Options, path, null, null, configure: From(Page) + Preflight);
            Assert.Equal((204, ""), (reply.Status, reply.Text));
            AllowsAll(reply);
        }
    }

    [Fact]
    public async Task A_tenant_may_name_the_pages_that_may_call()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await tenant.SettingAsync($$"""allowed_origins = '{{{Page}},http://localhost:3000}'""");
        await Saying.UntilAsync(async () => (await client.GetAsync("queues")).Headers.ContainsKey("Vary"));

        Assert.Equal(Page, await AllowedAsync(Page));
        Assert.Equal("http://localhost:3000", await AllowedAsync("http://localhost:3000"));
        Assert.Null(await AllowedAsync("https://evil.example"));
        Assert.Null(await AllowedAsync("null"));
        Assert.Null(await AllowedAsync($"{Page}.evil.example"));
        Assert.Null(await AllowedAsync(null));

        async Task<string?> AllowedAsync(string? origin)
        {
            var reply = await client.GetAsync("queues", From(origin));
            reply.Ok();
            Assert.Equal("Origin", reply.Headers["Vary"]);
            var preflight = await client.SendAsync(HttpMethod.Options, "queues", null, null, configure: From(origin) + Preflight);
            Assert.Equal(reply.Headers.GetValueOrDefault("Access-Control-Allow-Origin"), preflight.Headers.GetValueOrDefault("Access-Control-Allow-Origin"));
            var refusal = await client.GetAsync("tickets/1", From(origin));
            Assert.Equal(reply.Headers.GetValueOrDefault("Access-Control-Allow-Origin"), refusal.Headers.GetValueOrDefault("Access-Control-Allow-Origin"));
            return reply.Headers.GetValueOrDefault("Access-Control-Allow-Origin");
        }
    }

    [Fact]
    public async Task A_deployment_may_let_further_headers_through()
    {
        await using var server = await AnotherServer.StartAsync(app, ("Helpdesk:Cors:ExtraAllowedHeaders:0", "X-Trace"));
        var reply = await new ApiClient(app, "any", null).SendAsync(HttpMethod.Options, "queues", null, null, configure: server.Here);
        Assert.Equal(
            "Authorization, Content-Type, X-CSRF-TOKEN, X-Requested-With, Idempotency-Key, X-Trace", reply.Headers["Access-Control-Allow-Headers"]);
    }

    private static void AllowsAll(ApiReply reply)
    {
        Assert.Equal("*", reply.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal("GET, POST, PUT, PATCH, DELETE, OPTIONS", reply.Headers["Access-Control-Allow-Methods"]);
        Assert.Equal("Authorization, Content-Type, X-CSRF-TOKEN, X-Requested-With, Idempotency-Key", reply.Headers["Access-Control-Allow-Headers"]);
        Assert.Equal(
            "X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, Idempotency-Replayed",
            reply.Headers["Access-Control-Expose-Headers"]);
    }

    private static Action<HttpRequestMessage> From(string? origin) => request =>
    {
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
    };

    private static void Preflight(HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization,content-type");
    }
}
