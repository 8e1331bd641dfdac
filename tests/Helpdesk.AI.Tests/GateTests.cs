using Helpdesk.Host.Operation;

namespace Helpdesk.AI.Tests;

/// <summary>Who is let through, and that the cap and the minute hold however many come at once.</summary>
public sealed class GateTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly ModelReply Fine = ModelReply.Tool(Asking.Good["canned-generate"]);

    private static readonly string[] Hooks = [.. Asking.Good.Keys];

    [Fact]
    public async Task Nothing_is_on_until_somebody_turns_it_on()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await AllDeclinedAsync(client, "no_key");
        await tenant.SendAsync(new ConfigureAi(Asking.Provider.NewKey().Secret));
        await AllDeclinedAsync(client, "feature_disabled");
        Assert.Empty(await tenant.CallsAsync());
    }

    [Fact]
    public async Task Each_feature_has_a_switch_of_its_own()
    {
        var (tenant, key) = await app.AskingTenantAsync(usual => usual with { Enable = ["helpdesk_summary"] });
        key.Always(ModelReply.Tool(Asking.Good["summary"]));
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        foreach (var hook in Hooks.Except(["summary"]))
            (await client.AskOfAsync(hook, ticket.Id())).Declined("gate_blocked", "feature_disabled");
        (await client.AskOfAsync("summary", ticket.Id())).Answered();
        await tenant.SendAsync(new ConfigureAi(Disable: ["helpdesk_summary"]));
        (await client.AskOfAsync("summary", ticket.Id())).Declined("gate_blocked", "feature_disabled");
    }

    [Fact]
    public async Task A_key_that_is_taken_away_lets_nothing_through()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(Fine);
        var client = await tenant.ClientAsync();
        (await client.AskOfAsync("canned-generate", 1)).Answered();
        await tenant.SendAsync(new ConfigureAi(RemoveKey: true));
        await AllDeclinedAsync(client, "no_key");
        Assert.Single(key.Asked);
    }

    [Fact]
    public async Task Without_money_nothing_is_asked()
    {
        var (tenant, key) = await app.AskingTenantAsync(usual => usual with { CapUsd = 0 });
        await AllDeclinedAsync(await tenant.ClientAsync(), "spend_cap");
        // Some money, and less than a call can cost.
        await tenant.SendAsync(new ConfigureAi(CapUsd: 0.000_5));
        (await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1)).Declined("gate_blocked", "spend_cap");
        Assert.Empty(key.Asked);
        Assert.Equal((0, 0), (await tenant.SpentAsync(), (await tenant.CallsAsync()).Length));
    }

    [Fact]
    public async Task A_new_month_has_new_money()
    {
        var (tenant, key) = await app.AskingTenantAsync(usual => usual with { CapUsd = 1 });
        key.Always(Fine);
        var client = await tenant.ClientAsync();
        (await client.AskOfAsync("canned-generate", 1)).Answered();
        await app.OwnerSqlAsync("update ai.spend set spent_micros = 1000000 where tenant_id = @Id", new { tenant.Id });
        (await client.AskOfAsync("canned-generate", 1)).Declined("gate_blocked", "spend_cap");
        await app.OwnerSqlAsync("update ai.spend set month = month - 1 where tenant_id = @Id", new { tenant.Id });
        (await client.AskOfAsync("canned-generate", 1)).Answered();
    }

    [Fact]
    public async Task A_plan_without_the_api_has_no_hooks_either()
    {
        var (tenant, _) = await app.AskingTenantAsync();
        await tenant.SetPlanAsync("starter");
        var starter = new TestTenant(app, await OperatorSession.OpenAsync(app.Deployment, CancellationToken.None), tenant.Tenant with { Plan = "starter" });
        // Over HTTP the plan is refused before; other senders meet the gate.
        var refusal = await Assert.ThrowsAsync<OperatorException>(() => starter.SendAsync(new GenerateCanned("Say hello")));
        Assert.Contains("was not let through", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_calls_at_once_do_not_pass_the_cap()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var (ready, client) = (new TaskCompletionSource(), await tenant.ClientAsync());
        key.Always(Fine.After(ready.Task));
        var first = client.AskOfAsync("canned-generate", 1);
        await UntilAsync(() => !key.Asked.IsEmpty);
        var worst = await tenant.SpentAsync();
        await tenant.SendAsync(new ConfigureAi(CapUsd: worst * 5.5 / 1e6));

        var others = Enumerable.Range(0, 50).Select(_ => client.AskOfAsync("canned-generate", 1)).ToArray();
        await UntilAsync(() => others.Count(one => one.IsCompleted) >= 46);
        var under = await tenant.SpentAsync();
        ready.SetResult();
        var replies = await Task.WhenAll([.. others, first]);

        Assert.Equal((worst * 5, 5), (under, key.Asked.Count));
        Assert.Equal(5, replies.Count(reply => reply.Json.GetProperty("ok").GetBoolean()));
        foreach (var reply in replies.Where(reply => !reply.Json.GetProperty("ok").GetBoolean()))
            reply.Declined("gate_blocked", "spend_cap");
        Assert.Equal(5 * (100 + 5 * 20), await tenant.SpentAsync());
        Assert.Equal(Enumerable.Repeat("canned_generate ok 100+20 200", 5), await tenant.CallsAsync());
        Assert.Equal(5, (await app.OwnerQueryAsync<long>("select count(*) from log.event where tenant_id = @Id and event_key = 'ai.called'", new { tenant.Id }))[0]);
    }

    [Fact]
    public async Task The_money_that_is_taken_covers_what_is_sent()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync("Lamp", new { body = string.Concat(Enumerable.Repeat("漢😀\"<&\\\n", 400)) });
        foreach (var (hook, good) in Asking.Good)
        {
            var (before, taken) = (await tenant.SpentAsync(), 0L);
            key.Answer = async _ =>
            {
                taken = await tenant.SpentAsync() - before;
                return ModelReply.Tool(good);
            };
            (await client.AskOfAsync(hook, ticket.Id())).Answered();
            var asked = key.Asked.Last();
            // A token has a byte at least; a dollar and five for a million of them.
            var bytes = System.Text.Encoding.UTF8.GetByteCount(asked.System + asked.Data + asked.Json.GetProperty("tools").GetRawText());
            Assert.InRange(taken, bytes + 5 * asked.Json.GetProperty("max_tokens").GetInt64(), long.MaxValue);
        }
    }

    [Fact]
    public async Task Calls_a_minute_hold_over_two_processes()
    {
        await using var other = await AnotherServer.StartAsync(
            app, [("Helpdesk:DataFolder", app.DataFolder), .. Asking.Settings().Select(setting => (setting.Key, setting.Value!))]);
        var (tenant, key) = await app.AskingTenantAsync(usual => usual with { PerMinute = 7 });
        key.Always(Fine);
        var client = await tenant.ClientAsync();
        await SafelyWithinAMinuteAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => i % 2 == 0
            ? client.AskAsync("canned-generate", new { intent = "Say hello" })
            : client.SendAsync(HttpMethod.Post, "ai/canned-generate", """{"intent":"Say hello"}""", null, configure: other.Here)));

        Assert.Equal((7, 7), (key.Asked.Count, replies.Count(reply => reply.Json.GetProperty("ok").GetBoolean())));
        foreach (var reply in replies.Where(reply => !reply.Json.GetProperty("ok").GetBoolean()))
            reply.Declined("gate_blocked", "rate_limit");
        await app.OwnerSqlAsync("update ai.spend set minute = minute - 1 where tenant_id = @Id", new { tenant.Id });
        (await client.AskOfAsync("canned-generate", 1)).Answered();
    }

    [Fact]
    public async Task Tenants_do_not_share_money_or_keys()
    {
        var (mine, myKey) = await app.AskingTenantAsync(usual => usual with { PerMinute = 1 });
        var (theirs, theirKey) = await app.AskingTenantAsync(usual => usual with { PerMinute = 1 });
        myKey.Always(Fine);
        theirKey.Always(Fine);
        (await (await mine.ClientAsync()).AskOfAsync("canned-generate", 1)).Answered();
        (await (await theirs.ClientAsync()).AskOfAsync("canned-generate", 1)).Answered();
        Assert.Equal((1, 1, 200, 200), (myKey.Asked.Count, theirKey.Asked.Count, await mine.SpentAsync(), await theirs.SpentAsync()));
    }

    [Fact]
    public async Task A_feature_may_have_a_model_of_its_own()
    {
        var (tenant, key) = await app.AskingTenantAsync(usual => usual with { Model = "sonnet", Models = ["helpdesk_canned_generate=claude-opus-4-5-20251101"] });
        key.Does(asked => ModelReply.Tool(asked.Model.Contains("opus", StringComparison.Ordinal) ? Asking.Good["canned-generate"] : Asking.Good["audit-qa"]));
        var client = await tenant.ClientAsync();
        (await client.AskOfAsync("audit-qa", 1)).Answered();
        Assert.Equal("claude-opus-4-5-20251101", (await client.AskOfAsync("canned-generate", 1)).Answered().GetProperty("usage").GetProperty("model").GetString());
        Assert.Equal(["audit_qa ok 100+20 600", "canned_generate ok 100+20 1000"], await tenant.CallsAsync());
    }

    private static async Task AllDeclinedAsync(ApiClient client, string reason)
    {
        foreach (var hook in Hooks)
            (await client.AskOfAsync(hook, 1)).Declined("gate_blocked", reason);
        (await client.GetAsync("ai/knowledge-gaps")).Declined("gate_blocked", reason);
    }

    /// <summary>A test about one minute must not begin at the end of one.</summary>
    private static async Task SafelyWithinAMinuteAsync()
    {
        while (DateTime.UtcNow.Second > 40)
            await Task.Delay(500);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var end = DateTime.UtcNow.AddSeconds(20); !isSo(); await Task.Delay(10))
            Assert.True(DateTime.UtcNow < end, "It does not come about.");
    }
}
