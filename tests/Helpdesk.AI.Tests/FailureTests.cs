using System.Diagnostics;

namespace Helpdesk.AI.Tests;

/// <summary>Providers fail in many ways; the answer is always the documented one, and the book says what it may have cost.</summary>
public sealed class FailureTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly Dictionary<string, (ModelReply Reply, string Code, bool MayCost, int Calls)> Ways = new()
    {
        ["overloaded"] = (ModelReply.Overloaded(), "provider_error", false, 3),
        ["broken"] = (ModelReply.Failure(500, "api_error"), "provider_error", false, 3),
        ["a bad gateway"] = (ModelReply.Failure(502, "api_error"), "provider_error", true, 1),
        ["a gateway that gave up"] = (ModelReply.Failure(504, "timeout_error"), "provider_error", true, 1),
        ["too many, come back soon"] = (ModelReply.Failure(429, "rate_limit_error", retryAfter: "0"), "provider_error", false, 3),
        ["too many, come back later"] = (ModelReply.Failure(429, "rate_limit_error", retryAfter: "60"), "provider_error", false, 1),
        ["too many, come back tomorrow"] = (ModelReply.Failure(429, "rate_limit_error", retryAfter: DateTime.UtcNow.AddDays(1).ToString("R")), "provider_error", false, 1),
        ["a key that it does not know"] = (ModelReply.Failure(401, "authentication_error", "invalid x-api-key"), "no_key", false, 1),
        ["a key that may not"] = (ModelReply.Failure(403, "permission_error"), "provider_error", false, 1),
        ["no money there"] = (ModelReply.Failure(400, "invalid_request_error", "Your credit balance is too low"), "provider_error", false, 1),
        ["no such model"] = (ModelReply.Failure(404, "not_found_error"), "provider_error", false, 1),
        ["too large"] = (ModelReply.Failure(413, "request_too_large"), "provider_error", false, 1),
        ["moved"] = (ModelReply.Failure(307, "moved"), "provider_error", false, 1),
        ["silence"] = (ModelReply.Hangs(), "provider_error", true, 1),
        ["a cut"] = (ModelReply.HangsUp(), "provider_error", true, 1),
        ["a cut in the middle"] = (ModelReply.BreaksOff(), "provider_error", true, 1),
        ["half a JSON"] = (ModelReply.HalfJson(), "provider_error", true, 1),
    };

    public static TheoryData<string> Names => [.. Ways.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task Each_way_to_fail_has_its_answer_and_its_price(string name)
    {
        var (reply, code, mayCost, calls) = Ways[name];
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(reply);

        // Silence has no end of its own: that there is an answer shows the deadline.
        (await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1)).Declined(code);

        Assert.Equal(calls, key.Asked.Count);
        var book = Assert.Single(await tenant.CallsAsync());
        Assert.StartsWith($"canned_generate {code} 0+0 ", book, StringComparison.Ordinal);
        Assert.Equal(mayCost, !book.EndsWith(" 0", StringComparison.Ordinal));
        Assert.Equal(long.Parse(book.Split(' ')[^1]), await tenant.SpentAsync());
        Assert.Equal([code], await app.OwnerQueryAsync<string>(
            "select payload ->> 'status' from log.event where tenant_id = @Id and event_key = 'ai.called'", new { tenant.Id }));
    }

    [Theory]
    [InlineData("529")]
    [InlineData("429")]
    public async Task What_passes_is_tried_again(string first)
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Then(first == "529" ? ModelReply.Overloaded() : ModelReply.Failure(429, "rate_limit_error", retryAfter: "1"), ModelReply.Tool(Asking.Good["canned-generate"]));
        var watch = Stopwatch.StartNew();
        (await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1)).Answered();
        if (first == "429")
            Assert.True(watch.Elapsed.TotalSeconds > 0.95);
        Assert.Equal(2, key.Asked.Count);
        Assert.Equal(["canned_generate ok 100+20 200"], await tenant.CallsAsync());
    }

    [Fact]
    public async Task A_provider_that_is_not_there_costs_nothing_and_soon_no_time()
    {
        await using var lost = await AnotherServer.StartAsync(
            app, ("Helpdesk:DataFolder", app.DataFolder), ("Helpdesk:Ai:BaseAddress", "http://127.0.0.1:1"), ("Helpdesk:Ai:TimeoutSeconds", "3"));
        var (tenant, _) = await app.AskingTenantAsync();
        var client = await tenant.ClientAsync();
        for (var i = 0; i < 6; i++)
            (await AskThereAsync()).Declined("provider_error");
        // Trying again alone would take longer. The quickest counts: the machine may be busy with something else.
        var quickest = double.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var watch = Stopwatch.StartNew();
            (await AskThereAsync()).Declined("provider_error");
            quickest = Math.Min(quickest, watch.Elapsed.TotalMilliseconds);
        }

        Assert.True(quickest < 100, $"A call to nowhere took {quickest:0} ms.");
        Assert.Equal(0, await tenant.SpentAsync());

        Task<ApiReply> AskThereAsync() =>
            client.SendAsync(HttpMethod.Post, "ai/canned-generate", """{"intent":"Say hello"}""", null, configure: lost.Here);
    }

    [Fact]
    public async Task A_breaker_opens_for_one_key_and_not_for_others()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Failure(500, "api_error"));
        var client = await tenant.ClientAsync();
        for (var i = 0; i < 3; i++)
            (await client.AskOfAsync("canned-generate", 1)).Declined("provider_error");
        var asked = key.Asked.Count;
        for (var i = 0; i < 10; i++)
            (await client.AskOfAsync("canned-generate", 1)).Declined("provider_error");
        Assert.Equal(asked, key.Asked.Count);

        var (other, otherKey) = await app.AskingTenantAsync();
        otherKey.Always(ModelReply.Tool(Asking.Good["canned-generate"]));
        (await (await other.ClientAsync()).AskOfAsync("canned-generate", 1)).Answered();
        // A new key begins with a breaker of its own.
        await tenant.SendAsync(new ConfigureAi(otherKey.Secret));
        (await client.AskOfAsync("canned-generate", 1)).Answered();
    }

    [Fact]
    public async Task A_breaker_opens_for_a_provider_that_is_silent()
    {
        await using var hasty = await AnotherServer.StartAsync(
            app, [("Helpdesk:DataFolder", app.DataFolder), .. Asking.Settings(seconds: 1).Select(setting => (setting.Key, setting.Value!))]);
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Hangs());
        var client = await tenant.ClientAsync();
        for (var i = 0; i < 4; i++)
            (await client.SendAsync(HttpMethod.Post, "ai/canned-generate", """{"intent":"Say hello"}""", null, configure: hasty.Here)).Declined("provider_error");
        Assert.Equal(3, key.Asked.Count);
    }

    [Fact]
    public async Task An_answer_outlives_a_short_fault_of_the_database()
    {
        await using var shaken = await AnotherServer.StartAsync(app, [
            ("ConnectionStrings:Helpdesk", app.ServerConnectionString + ";Application Name=shaken"), ("Helpdesk:DataFolder", app.DataFolder),
            .. Asking.Settings().Select(setting => (setting.Key, setting.Value!))]);
        var (tenant, key) = await app.AskingTenantAsync();
        key.Answer = async _ =>
        {
            await app.OwnerQueryAsync<bool>("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'shaken'");
            return ModelReply.Tool(Asking.Good["canned-generate"]);
        };
        var client = await tenant.ClientAsync();
        (await client.SendAsync(HttpMethod.Post, "ai/canned-generate", """{"intent":"Say hello"}""", "k", configure: shaken.Here)).Answered();
        Assert.Equal(["canned_generate ok 100+20 200"], await tenant.CallsAsync());
        Assert.Equal(200, await tenant.SpentAsync());
        Assert.Single(await app.OwnerQueryAsync<long>("select id from log.event where tenant_id = @Id and event_key = 'ai.called'", new { tenant.Id }));
        Assert.Equal("true", (await client.PostTextAsync("ai/canned-generate", """{"intent":"Say hello"}""", idempotencyKey: "k")).Headers["Idempotency-Replayed"]);
    }

    [Fact]
    public async Task A_call_whose_process_died_is_settled_once_with_its_event()
    {
        var (tenant, _) = await app.AskingTenantAsync();
        await app.OwnerSqlAsync("""
            insert into ai.feature_usage (tenant_id, id, feature, ticket_id, actor_kind, actor_id, is_test, model, prompt_tokens, completion_tokens, cost_micros, status, created_at)
            select @Id, n, 'helpdesk_summary', null, 3, 1, false, 'm', 0, 0, 700, 'started', now() - n * interval '9 minutes' from generate_series(1, 2) n
            """, new { tenant.Id });
        await using (await AnotherServer.StartAsync(app, ("Helpdesk:DataFolder", app.DataFolder)))
        await using (await AnotherServer.StartAsync(app, ("Helpdesk:DataFolder", app.DataFolder)))
        {
            Assert.Equal(["summary started 0+0 700", "summary lost 0+0 700"], await tenant.CallsAsync());
            Assert.Equal(["lost 0.0007"], await app.OwnerQueryAsync<string>(
                "select (payload ->> 'status') || ' ' || (payload ->> 'cost_usd') from log.event where tenant_id = @Id and event_key = 'ai.called'", new { tenant.Id }));
        }
    }

    [Fact]
    public async Task A_feature_that_is_turned_off_between_two_calls_is_not_asked_again()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Answer = async _ =>
        {
            await tenant.SendAsync(new ConfigureAi(Disable: ["helpdesk_canned_generate"]));
            return ModelReply.Says("no");
        };
        (await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1)).Declined("malformed_json");
        Assert.Single(key.Asked);
    }

    [Fact]
    public async Task Where_the_time_is_nearly_over_nothing_is_asked_again()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Answer = async _ =>
        {
            await Task.Delay(2_650);
            return ModelReply.Says("no");
        };
        var reply = await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1);
        Assert.False(reply.Json.GetProperty("ok").GetBoolean());
        Assert.Single(key.Asked);
    }

    [Fact]
    public async Task A_useless_answer_is_asked_for_once_more()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Then(ModelReply.Tool(new { overall = "furious", confidence = 0.8, signals = Array.Empty<string>() }), ModelReply.Tool(Asking.Good["sentiment"], 150, 30));
        var client = await tenant.ClientAsync();
        var answer = (await client.AskOfAsync("sentiment", (await client.TicketAsync()).Id())).Answered();
        Assert.Equal((250, 50), (answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32()));
        Assert.Equal(["sentiment malformed_json 100+20 200", "sentiment ok 150+30 300"], await tenant.CallsAsync());
        Assert.Equal(500, await tenant.SpentAsync());
        var second = key.Asked.Last();
        Assert.Contains("overall must be one of positive, neutral, confused, frustrated, angry.", second.System, StringComparison.Ordinal);
        Assert.DoesNotContain("furious", second.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_useless_answers_are_enough()
    {
        var replies = new Dictionary<string, ModelReply>
        {
            ["a text"] = ModelReply.Says("""{"template":"Hello"}"""),
            ["another tool's members"] = ModelReply.Tool(new { text = "Hello" }),
            ["a wrong type"] = ModelReply.Tool(new { template = 7 }),
            ["nothing in it"] = ModelReply.Tool(new { template = " \u200b " }),
            ["too long"] = ModelReply.RunsOut(new { template = "Hel" }),
        };
        foreach (var (name, reply) in replies)
        {
            var (tenant, key) = await app.AskingTenantAsync();
            key.Always(reply);
            (await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1)).Declined("malformed_json");
            Assert.True(key.Asked.Count == 2, name);
            Assert.Equal(Enumerable.Repeat("canned_generate malformed_json 100+20 200", 2), await tenant.CallsAsync());
        }
    }

    [Fact]
    public async Task A_refusal_is_not_asked_twice()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Refusal());
        (await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1)).Declined("malformed_json");
        Assert.Equal(["canned_generate malformed_json 100+1 105"], await tenant.CallsAsync());
    }

    [Fact]
    public async Task A_key_that_goes_between_two_calls_is_no_key()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Answer = async _ =>
        {
            await tenant.SendAsync(new ConfigureAi(RemoveKey: true));
            return ModelReply.Says("no");
        };
        (await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1)).Declined("no_key");
        Assert.Single(key.Asked);
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_is_no_key()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        await app.OwnerSqlAsync("update ai.setting set key = key || 'x'::bytea where tenant_id = @Id", new { tenant.Id });
        (await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1)).Declined("no_key");
        // Nor is another tenant's.
        var (other, _) = await app.AskingTenantAsync();
        await app.OwnerSqlAsync(
            "update ai.setting set key = (select s.key from ai.setting s where s.tenant_id = @Other) where tenant_id = @Id", new { tenant.Id, Other = other.Id });
        (await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1)).Declined("no_key");
        Assert.Empty(key.Asked);
    }
}
