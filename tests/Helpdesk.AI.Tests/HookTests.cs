using System.Text.Json;

namespace Helpdesk.AI.Tests;

/// <summary>What holds for every hook.</summary>
public sealed class HookTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    public static TheoryData<string> Posted => [.. Asking.Good.Keys];

    public static TheoryData<string> OfTickets => [.. Asking.OfTickets];

    [Theory, MemberData(nameof(Posted))]
    public async Task Answers_in_its_envelope_and_keeps_the_book(string hook)
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good[hook], sent: 412, answered: 87));
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();

        var reply = await client.AskOfAsync(hook, ticket.Id());

        var answer = reply.Answered();
        Assert.Equal(("ok", "request_id"), (answer.EnumerateObject().First().Name, answer.EnumerateObject().Last().Name));
        var usage = answer.GetProperty("usage");
        Assert.Equal((412, 87, "claude-haiku-4-5-20251001"), (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32(), usage.GetProperty("model").GetString()));
        // A dollar for a million tokens that are sent, five for a million that are answered.
        Assert.Equal($" ok 412+87 {412 + 5 * 87}", Assert.Single(await tenant.CallsAsync())[(await tenant.CallsAsync())[0].IndexOf(' ')..]);
        Assert.Equal(412 + 5 * 87, await tenant.SpentAsync());
    }

    [Fact]
    public async Task Answers_have_these_shapes()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        var replies = new List<object>();
        foreach (var (hook, answer) in Asking.Good)
        {
            key.Always(ModelReply.Tool(answer));
            replies.Add(hook);
            replies.Add(await client.AskOfAsync(hook, ticket.Id()));
        }

        await client.TicketAsync();
        key.Always(ModelReply.Tool(new { gaps = new[] { new { cluster = "c1", topic = "Lamps", question = "Why is it dark?", suggested_title = "Dark lamps" } } }));
        await Verify(replies.Append("knowledge-gaps").Append(await client.GetAsync("ai/knowledge-gaps")));
    }

    [Theory, MemberData(nameof(Posted))]
    public async Task Changes_no_ticket_and_tells_of_the_call(string hook)
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good[hook]));
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        var before = await EverythingAsync(tenant);

        (await client.AskOfAsync(hook, ticket.Id())).Answered();

        Assert.Equal(before, await EverythingAsync(tenant));
        var told = Assert.Single(await app.OwnerQueryAsync<(string ActorLabel, long? TicketId, string Payload)>(
            "select actor_label, ticket_id, payload::text from log.event where tenant_id = @Id and event_key = 'ai.called'", new { tenant.Id }));
        Assert.Equal(("test key", Asking.OfTickets.Contains(hook) ? ticket.Id() : null), (told.ActorLabel, told.TicketId));
        var payload = JsonDocument.Parse(told.Payload).RootElement;
        Assert.Equal(("ok", 100, 0.0002), (payload.GetProperty("status").GetString(), payload.GetProperty("prompt_tokens").GetInt32(), payload.GetProperty("cost_usd").GetDouble()));
    }

    [Theory, MemberData(nameof(OfTickets))]
    public async Task Does_not_find_tickets_of_others(string hook)
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var theirs = await (await (await app.NewTenantAsync()).ClientAsync()).TicketAsync();
        var client = await tenant.ClientAsync();
        var test = await (await tenant.ClientAsync(minted => minted with { Environment = "test" })).TicketAsync();
        foreach (var id in new[] { theirs.Id(), test.Id(), 1, 0, -1, long.MaxValue })
            (await client.AskAsync(hook, new { ticket_id = id })).Declined("ticket_not_found");
        Assert.Empty(key.Asked);
        Assert.Empty(await tenant.CallsAsync());
    }

    [Theory, MemberData(nameof(OfTickets))]
    public async Task Keys_of_the_test_environment_see_test_tickets(string hook)
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good[hook]));
        var live = await (await tenant.ClientAsync()).TicketAsync();
        var client = await tenant.ClientAsync(minted => minted with { Environment = "test" });
        var test = await client.TicketAsync();
        (await client.AskOfAsync(hook, live.Id())).Declined("ticket_not_found");
        (await client.AskOfAsync(hook, test.Id())).Answered();
    }

    [Theory]
    [InlineData("summary", "{}", "ticket_id")]
    [InlineData("reply-suggest", """{"ticket_id":null}""", "ticket_id")]
    [InlineData("categorize", """{"ticket_id":"7"}""", "ticket_id")]
    [InlineData("sentiment", """{"ticket_id":1.5}""", "ticket_id")]
    [InlineData("resolution-predict", """{"ticket_id":[1]}""", "ticket_id")]
    [InlineData("canned-generate", """{"intent":"   "}""", "intent")]
    [InlineData("canned-generate", """{"intent":7}""", "intent")]
    [InlineData("audit-qa", "{}", "question")]
    [InlineData("audit-qa", """{"question":""}""", "question")]
    public async Task What_is_not_acceptable_is_refused_behind_the_gate(string hook, string body, string field)
    {
        var (tenant, key) = await app.AskingTenantAsync();
        Assert.NotEmpty((await (await tenant.ClientAsync()).PostTextAsync($"ai/{hook}", body)).Refused(422, "validation_failed").Field(field));
        Assert.Empty(key.Asked);
        // Where nothing is set up, the gate speaks first.
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostTextAsync($"ai/{hook}", body)).Declined("gate_blocked", "no_key");
    }

    [Fact]
    public async Task Texts_have_their_limits()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good["canned-generate"]));
        var client = await tenant.ClientAsync();
        (await client.AskAsync("canned-generate", new { intent = new string('x', 500) })).Answered();
        (await client.AskAsync("canned-generate", new { intent = new string('x', 501) })).Refused(422, "validation_failed");
        key.Always(ModelReply.Tool(Asking.Good["audit-qa"]));
        (await client.AskAsync("audit-qa", new { question = new string('x', 1_000) })).Answered();
        (await client.AskAsync("audit-qa", new { question = new string('x', 1_001) })).Refused(422, "validation_failed");
    }

    [Fact]
    public async Task What_cannot_be_read_comes_before_the_gate()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.PostTextAsync("ai/summary", "{")).Refused(400, "invalid_json");
        (await client.PostTextAsync("ai/summary", "[]")).Refused(400, "invalid_json");
        (await client.PostTextAsync("ai/summary", "ticket_id=7", "text/plain")).Refused(415, "unsupported_media_type");
        (await client.PostTextAsync("ai/summary", "{}", idempotencyKey: new string('k', 256))).Refused(422, "validation_failed");
    }

    [Fact]
    public async Task Other_refusals_are_the_apis_own()
    {
        var tenant = await app.NewTenantAsync();
        (await new ApiClient(app, tenant.Slug, null).AskAsync("summary", null)).Refused(401, "invalid_api_key");
        (await (await tenant.ClientAsync("helpdesk:write")).AskAsync("summary", null)).Refused(403, "insufficient_scope");
        (await (await tenant.ClientAsync("helpdesk:read")).AskAsync("reply-suggest", null)).Refused(403, "insufficient_scope");
        (await (await tenant.ClientAsync("helpdesk:read", "helpdesk:write")).AskAsync("audit-qa", null)).Refused(403, "insufficient_scope");
        var limited = await tenant.ClientAsync(key => key with { RatePerHour = 1 });
        (await limited.AskAsync("summary", null)).Declined("gate_blocked", "no_key");
        (await limited.AskAsync("summary", null)).Refused(429, "rate_limited");
        (await (await (await app.NewTenantAsync("starter")).ClientAsync()).AskAsync("summary", null)).Refused(403, "plan_gated");
        (await (await tenant.ClientAsync()).GetAsync("ai/summary")).Refused(405, "method_not_allowed");
    }

    private static async Task<string> EverythingAsync(TestTenant tenant) => string.Join("\n", await tenant.App.OwnerQueryAsync<string>("""
        select t::text from tickets.ticket t where tenant_id = @Id union all select m::text from tickets.message m where tenant_id = @Id
        union all select r::text from canned.response r where tenant_id = @Id union all select t::text from tags.tag t where tenant_id = @Id
        union all select e::text from log.event e where tenant_id = @Id and event_key <> 'ai.called' order by 1
        """, new { tenant.Id }));
}
