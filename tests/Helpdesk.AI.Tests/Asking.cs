using System.Runtime.CompilerServices;
using System.Text.Json;
using Helpdesk.SharedKernel.Http;

namespace Helpdesk.AI.Tests;

/// <summary>The provider of all these tests, the settings by which the server finds it, and what tests say often.</summary>
internal static class Asking
{
    public static readonly AnthropicServer Provider = AnthropicServer.Start();

    /// <summary>Answers that fit, by the hook's path.</summary>
    public static readonly Dictionary<string, object> Good = new()
    {
        ["reply-suggest"] = new { suggestions = new[] { "Draft one.", "Draft two.", "Draft three." } },
        ["summary"] = new { problem = "The lamp is dark.", tried = "Nothing yet.", done = "Nothing yet.", next_step = "Send a new one." },
        ["categorize"] = new { help_topic = (string?)null, queue = "support", confidence = 0.9, reasoning = "It is about a lamp." },
        ["sentiment"] = new { overall = "frustrated", confidence = 0.8, signals = new[] { "Asks again" } },
        ["resolution-predict"] = new { eta_hours = 20, risk = "medium", next_action = "Ask for the order.", blockers = new[] { "No order number" } },
        ["canned-generate"] = new { template = "Hello {{requester.first_name}}, it is on its way." },
        ["audit-qa"] = new { text = "Nothing of note." },
    };

    /// <summary>The hooks about a ticket.</summary>
    public static readonly string[] OfTickets = ["reply-suggest", "summary", "categorize", "sentiment", "resolution-predict"];

    [ModuleInitializer]
    internal static void Initialize() => HelpdeskApp.MoreSettings.AddRange(Settings());

    public static KeyValuePair<string, string?>[] Settings(int seconds = 3) =>
    [
        new("Helpdesk:Ai:BaseAddress", Provider.Address.ToString()),
        new("Helpdesk:Ai:TimeoutSeconds", $"{seconds}"),
    ];

    /// <summary>A tenant with a key of its own and all features on, unless the test wants it otherwise.</summary>
    public static async Task<(TestTenant Tenant, AnthropicKey Key)> AskingTenantAsync(this HelpdeskApp app, Func<ConfigureAi, ConfigureAi>? configure = null)
    {
        var (tenant, key) = (await app.NewTenantAsync(), Provider.NewKey());
        var usual = new ConfigureAi(key.Secret, Enable: [.. WireName<AiFeature>.All], CapUsd: 100, PerMinute: 1_000);
        await tenant.SendAsync(configure is null ? usual : configure(usual));
        return (tenant, key);
    }

    public static long Id(this JsonElement row) => row.GetProperty("id").GetInt64();

    /// <summary>Posts to a hook.</summary>
    public static Task<ApiReply> AskAsync(this ApiClient client, string hook, object? body, string? retryKey = null) =>
        client.PostAsync($"ai/{hook}", body ?? new { }, retryKey);

    /// <summary>Posts what the hook wants: of a ticket, an intent, a question.</summary>
    public static Task<ApiReply> AskOfAsync(this ApiClient client, string hook, long ticketId, string? retryKey = null) =>
        client.AskAsync(hook, new { ticket_id = ticketId, intent = "Say hello", question = "Who?" }, retryKey);

    /// <summary>Asserts an answer; it.</summary>
    public static JsonElement Answered(this ApiReply reply)
    {
        Assert.True(reply.Expect(200).Json.GetProperty("ok").GetBoolean(), reply.Text);
        return reply.Json;
    }

    /// <summary>Asserts a decline, and its reason if any.</summary>
    public static void Declined(this ApiReply reply, string code, string? reason = null)
    {
        var json = reply.Expect(200).Json;
        Assert.Equal((false, code), (json.GetProperty("ok").GetBoolean(), json.GetProperty("error").GetString()));
        Assert.Equal(reason, json.TryGetProperty("reason", out var given) ? given.GetString() : null);
        Assert.Equal(reason is null ? 3 : 4, json.EnumerateObject().Count());
        Assert.Equal(reply.Headers["X-Request-Id"], json.GetProperty("request_id").GetString());
    }

    /// <summary>What stands in the book of calls, oldest first: feature, outcome, tokens and cost.</summary>
    public static async Task<string[]> CallsAsync(this TestTenant tenant) => [.. await tenant.App.OwnerQueryAsync<string>("""
        select replace(feature, 'helpdesk_', '') || ' ' || status || ' ' || prompt_tokens || '+' || completion_tokens || ' ' || cost_micros
        from ai.feature_usage where tenant_id = @Id order by id
        """, new { tenant.Id })];

    /// <summary>What the month has cost so far, in millionths of a dollar.</summary>
    public static async Task<long> SpentAsync(this TestTenant tenant) =>
        (await tenant.App.OwnerQueryAsync<long>("select coalesce(sum(spent_micros), 0)::bigint from ai.spend where tenant_id = @Id", new { tenant.Id }))[0];
}
