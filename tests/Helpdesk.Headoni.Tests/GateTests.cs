namespace Helpdesk.Headoni.Tests;

/// <summary>Each request fails several checks at once; the answer tells which one came first (headoni 2).</summary>
public sealed class GateTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task The_desk_comes_before_the_route()
    {
        var client = new HeadoniClient(app, "nobody-has-this", "wrong");
        (await client.GetAsync("no-such-route")).Refused(404, "desk_not_found");
        (await client.SendAsync(HttpMethod.Delete, "tickets", null)).Refused(404, "desk_not_found");
        (await client.GetAsync("tickets")).Refused(404, "desk_not_found");
    }

    [Fact]
    public async Task Route_and_method_come_before_the_token()
    {
        var client = new HeadoniClient(app, (await app.NewTenantAsync()).Slug, null);
        (await client.GetAsync("no-such-route")).Refused(404, "not_found");
        (await client.SendAsync(HttpMethod.Post, "no-such-route", "{")).Refused(404, "not_found");
        (await client.GetAsync("/somewhere/else")).Refused(404, "not_found");
        (await client.GetAsync("/")).Refused(404, "not_found");
        foreach (var (method, path, allow) in new[]
        {
            ("DELETE", "tickets", "GET, POST"), ("OPTIONS", "tickets", "GET, POST"), ("PUT", "tickets/1", "GET"), ("POST", "tickets/1", "GET"),
            ("POST", "departments", "GET"), ("OPTIONS", "ticket-types", "GET"), ("POST", "/llms.txt", "GET, HEAD"),
        })
        {
            var reply = (await client.SendAsync(new HttpMethod(method), path, null)).Refused(405, "method_not_allowed");
            Assert.Equal(allow, string.Join(", ", reply.Headers["Allow"].Split(", ").Order(StringComparer.Ordinal)));
        }
    }

    [Fact]
    public async Task The_token_comes_before_its_desk_and_that_before_the_scope_and_that_before_the_values()
    {
        var (mine, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var unknown = await new HeadoniClient(app, mine.Slug, "hd_" + new string('x', 43)).SendAsync(HttpMethod.Post, "tickets", "{");
        unknown.Refused(401, "unauthenticated");
        Assert.Equal("Bearer", unknown.Headers["WWW-Authenticate"]);
        (await (await other.HeadoniAsync("tickets:read")).On(mine.Slug).SendAsync(HttpMethod.Post, "tickets", "{")).Refused(403, "token_desk_mismatch");
        var lacking = (await (await mine.HeadoniAsync("tickets:read")).SendAsync(HttpMethod.Post, "tickets", "{")).Refused(403, "insufficient_scope");
        Assert.Equal("requires \"tickets:create\"", lacking.Json.Text("detail"));
        (await (await mine.HeadoniAsync("tickets:create")).SendAsync(HttpMethod.Post, "tickets", "{")).Refused(400, "invalid_body");
        foreach (var path in new[] { "tickets?limit=0", "tickets/x" })
        {
            var reading = (await (await mine.HeadoniAsync("tickets:create")).GetAsync(path)).Refused(403, "insufficient_scope");
            Assert.Equal("requires \"tickets:read\"", reading.Json.Text("detail"));
        }

        Assert.Equal(0, await mine.TicketCountAsync() + await other.TicketCountAsync());
    }

    [Fact]
    public async Task Values_come_before_lookups()
    {
        var client = await (await app.NewTenantAsync()).HeadoniAsync();
        (await client.PostAsync("tickets", new { email = "a@b.c", subject = "", body = "b", departmentId = "1" })).Refused(400, "invalid_body");
        (await client.GetAsync("tickets?status=nonsense&limit=0")).Refused(400, "invalid_query");
    }

    [Fact]
    public async Task There_are_no_headers_of_limits_or_of_other_origins()
    {
        var client = await (await app.NewTenantAsync()).HeadoniAsync();
        var reply = await client.GetAsync("tickets", request => request.Headers.Add("Origin", "https://shop.example"));
        Assert.DoesNotContain(reply.Headers.Keys, name => name.StartsWith("X-RateLimit", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase) || name == "Vary");
        Assert.StartsWith("req_", reply.Headers["X-Request-Id"], StringComparison.Ordinal);
        Assert.Equal("application/json; charset=utf-8", reply.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_bug_is_answered_in_the_same_shape_and_tells_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        await app.OwnerSqlAsync("delete from desk.status where tenant_id = @Id", new { tenant.Id });
        await Verify((await client.PostAsync("tickets", new { email = "a@b.c", subject = "s", body = "b" }, "not remembered")).Refused(500, "internal_error"));
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task An_outage_is_answered_in_the_same_shape()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        (await client.GetAsync("tickets")).Ok();
        await using var locked = new Npgsql.NpgsqlConnection(app.OwnerConnectionString);
        await locked.OpenAsync();
        await using var transaction = await locked.BeginTransactionAsync();
        await using var hold = new Npgsql.NpgsqlCommand(
            $"insert into kernel.counter (tenant_id, name, value) values ({tenant.Id}, 'ticket', 1)", locked, transaction);
        await hold.ExecuteNonQueryAsync();
        // The number that the ticket wants is held until the wait is over.
        var reply = await client.PostAsync("tickets", new { email = "a@b.c", subject = "s", body = "b" });
        await transaction.RollbackAsync();
        reply.Refused(500, "internal_error");
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task Every_plan_has_this_api() =>
        (await (await (await app.NewTenantAsync("starter")).HeadoniAsync()).GetAsync("tickets")).Ok();
}
