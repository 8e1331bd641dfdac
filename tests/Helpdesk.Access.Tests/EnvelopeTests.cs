using System.Text.Json;

namespace Helpdesk.Access.Tests;

public sealed class EnvelopeTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string RequestId = "^req_[0-9A-HJKMNP-TV-Z]{26}$";

    [Fact]
    public async Task A_list_has_five_members() =>
        await Verify(await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("queues"));

    [Fact]
    public async Task A_page_that_is_not_the_last_says_so()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await tenant.QueueAsync("billing");
        var page = (await client.GetAsync("queues?limit=1")).Expect(200);
        Assert.StartsWith("cur_", page.NextCursor, StringComparison.Ordinal);
        Assert.Equal((true, 2), (page.Json.GetProperty("has_more").GetBoolean(), page.Json.GetProperty("total_count").GetInt32()));
    }

    [Fact]
    public async Task A_single_thing_has_no_members_of_a_list()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var reply = await client.PostAsync("tags", new { name = "Refund" });
        Assert.Equal(["data", "request_id"], reply.Expect(201).Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("application/json; charset=utf-8", reply.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_refusal_has_its_details_twice() =>
        await Verify(await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:read")).PostAsync("tickets", new { }));

    [Fact]
    public async Task A_refusal_without_details() =>
        await Verify(await new ApiClient(app, (await app.NewTenantAsync()).Slug, null).GetAsync("tickets"));

    [Fact]
    public async Task Values_that_are_not_acceptable_are_named() =>
        await Verify(await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync("tickets", new { tags = 5, subject = "x" }));

    [Fact]
    public async Task Every_request_has_an_id_of_its_own_in_header_and_body()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var replies = new[]
        {
            await client.GetAsync("queues"), await client.GetAsync("queues"), await client.PostAsync("tags", new { name = "A" }),
            await client.GetAsync("tickets/1"), await client.GetAsync("no-such-route"), await client.PostTextAsync("tags", "{"),
            await client.GetAsync("queues", Saying.Authorization(null)), await client.GetAsync("queues", Saying.Host("example.com")),
        };
        Assert.All(replies, reply =>
        {
            Assert.Matches(RequestId, reply.Headers["X-Request-Id"]);
            var holder = reply.Status < 400 ? reply.Json : reply.Json.GetProperty("error");
            Assert.Equal(reply.Headers["X-Request-Id"], holder.GetProperty("request_id").GetString());
        });
        Assert.Equal(replies.Length, replies.Select(reply => reply.Headers["X-Request-Id"]).Distinct().Count());
    }

    [Fact]
    public async Task A_request_id_of_the_client_is_not_taken_over()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var reply = await client.GetAsync("queues", request => request.Headers.TryAddWithoutValidation("X-Request-Id", "req_mine"));
        Assert.Matches(RequestId, reply.Headers["X-Request-Id"]);
    }

    [Fact]
    public async Task A_method_that_the_route_does_not_take_is_told_with_those_that_it_takes()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var method in new[] { "PUT", "PATCH", "DELETE", "TRACE", "BREW" })
        {
            var reply = await client.SendAsync(new HttpMethod(method), "tickets", null, null);
            reply.Refused(405, "method_not_allowed").SaysNothingOfTheInside();
            Assert.Equal(["GET", "POST"], reply.Headers["Allow"].Split(", ").Order());
        }

        Assert.Equal("GET", (await client.PostAsync("queues", new { })).Refused(405, "method_not_allowed").Headers["Allow"]);
    }

    [Fact]
    public async Task An_answer_to_HEAD_has_no_body()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var reply = await client.SendAsync(HttpMethod.Head, "tickets", null, null);
        Assert.Equal((405, ""), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task A_bug_is_answered_in_the_same_shape_and_tells_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await app.OwnerSqlAsync("delete from desk.status where tenant_id = @Id", new { tenant.Id });
        var reply = await client.PostAsync("tickets", new { subject = "a", body = "b" }, idempotencyKey: "not remembered");
        reply.Refused(500, "server_error").SaysNothingOfTheInside();
        Assert.DoesNotContain("Retry-After", reply.Headers.Keys);
        Assert.Equal(0, (await app.OwnerQueryAsync<long>("select count(*) from kernel.idempotency where tenant_id = @Id", new { tenant.Id })).Single());
        await Verify(reply);
    }

    [Fact]
    public async Task An_error_is_never_a_list_or_a_success()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var reply = (await client.GetAsync("tickets/HD-000001")).Refused(404, "ticket_not_found");
        Assert.Equal(["error"], reply.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.Object, reply.Json.GetProperty("error").GetProperty("extra").ValueKind);
    }
}
