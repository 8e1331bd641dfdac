using Helpdesk.Host.Operation;

namespace Helpdesk.AI.Tests;

/// <summary>Setting a tenant up, and the report of what it cost.</summary>
public sealed class SettingsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task What_is_not_named_stays_as_it_is()
    {
        var tenant = await app.NewTenantAsync();
        var unset = (await tenant.SendAsync(new GetAiSettings())).Settings;
        Assert.Equal((null, "claude-haiku-4-5-20251001", 10, 20, 0), (unset.KeySetAt, unset.Model, unset.CapUsd, unset.PerMinute, unset.Features.Count));
        await tenant.SendAsync(new ConfigureAi("sk-ant-something", Model: "opus", Enable: ["helpdesk_summary", "helpdesk_audit_qa"], CapUsd: 2.5));
        await tenant.SendAsync(new ConfigureAi(Disable: ["helpdesk_audit_qa"], PerMinute: 3));
        var standing = await tenant.SendAsync(new GetAiSettings());
        Assert.Equal(("claude-opus-4-5-20251101", 2.5, 3, 25), (standing.Settings.Model, standing.Settings.CapUsd, standing.Settings.PerMinute, standing.Price!.OutputUsd));
        Assert.Equal(["helpdesk_summary"], standing.Settings.Features);
        Assert.NotNull(standing.Settings.KeySetAt);
    }

    [Fact]
    public async Task Models_of_features_come_and_go()
    {
        var tenant = await app.NewTenantAsync();
        var set = await tenant.SendAsync(new ConfigureAi(Models: ["helpdesk_summary=sonnet", "helpdesk_audit_qa=opus"]));
        Assert.Equal("helpdesk_audit_qa: claude-opus-4-5-20251101, helpdesk_summary: claude-sonnet-4-5-20250929", string.Join(", ", set.Models.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        Assert.Equal(["helpdesk_audit_qa"], (await tenant.SendAsync(new ConfigureAi(Models: ["helpdesk_summary="]))).Models.Keys);
    }

    [Fact]
    public async Task Twenty_changes_at_once_are_all_there()
    {
        var tenant = await app.NewTenantAsync();
        await Task.WhenAll(SharedKernel.Http.WireName<AiFeature>.All.Select(feature => tenant.SendAsync(new ConfigureAi(Enable: [feature]))));
        Assert.Equal(8, (await tenant.SendAsync(new GetAiSettings())).Settings.Features.Count);
    }

    public static TheoryData<string> Wrong => ["key", "short key", "both", "model", "feature", "other feature", "pair", "pair's model", "cap", "minute"];

    [Theory, MemberData(nameof(Wrong))]
    public async Task What_makes_no_sense_is_refused(string what)
    {
        var tenant = await app.NewTenantAsync();
        var request = what switch
        {
            "key" => new ConfigureAi("sk-ant with a space"),
            "short key" => new ConfigureAi("sk"),
            "both" => new ConfigureAi("sk-ant-something", RemoveKey: true),
            "model" => new ConfigureAi(Model: "gpt"),
            "feature" => new ConfigureAi(Enable: ["helpdesk_summaries"]),
            "other feature" => new ConfigureAi(Disable: ["summary"]),
            "pair" => new ConfigureAi(Models: ["helpdesk_summary"]),
            "pair's model" => new ConfigureAi(Models: ["helpdesk_summary=gpt"]),
            "cap" => new ConfigureAi(CapUsd: -1),
            _ => new ConfigureAi(PerMinute: -1),
        };
        var refusal = await Assert.ThrowsAsync<OperatorException>(() => tenant.SendAsync(request));
        Assert.DoesNotContain("with a space", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await app.OwnerQueryAsync<int>("select version from ai.setting where tenant_id = @Id", new { tenant.Id }));
    }

    [Fact]
    public async Task The_report_adds_up_a_month()
    {
        var (tenant, key) = await app.AskingTenantAsync(usual => usual with { CapUsd = 3 });
        var client = await tenant.ClientAsync();
        key.Then(ModelReply.Tool(Asking.Good["canned-generate"]), ModelReply.Tool(Asking.Good["canned-generate"], 300, 40), ModelReply.Refusal());
        for (var i = 0; i < 3; i++)
            await client.AskOfAsync("canned-generate", 1);
        key.Always(ModelReply.Tool(Asking.Good["audit-qa"]));
        (await client.AskOfAsync("audit-qa", 1)).Answered();
        await app.OwnerSqlAsync("insert into ai.feature_usage select tenant_id, id - (40::bigint * 86400000) * 4096, feature, ticket_id, actor_kind, actor_id, is_test, model, 7, 7, 7, status, created_at from ai.feature_usage where tenant_id = @Id", new { tenant.Id });

        var report = await tenant.SendAsync(new ReportAiUsage(null));

        Assert.Equal(
            ["audit_qa ok 1 100 20 0.000200", "canned_generate malformed_json 1 100 1 0.000105", "canned_generate ok 2 400 60 0.000700"],
            report.Lines.Select(line => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{line.Feature[9..]} {line.Status} {line.Calls} {line.PromptTokens} {line.CompletionTokens} {line.CostUsd:0.000000}")));
        Assert.Equal((0.001005, 3, $"{DateTime.UtcNow:yyyy-MM}"), (report.SpentUsd, report.CapUsd, report.Month));
        Assert.Equal(0, (await tenant.SendAsync(new ReportAiUsage("2025-02"))).SpentUsd);
        Assert.Empty((await (await app.NewTenantAsync()).SendAsync(new ReportAiUsage(null))).Lines);
        foreach (var wrong in new[] { "2026", "2026-13", "june", "2026-6", "1999-01" })
            await Assert.ThrowsAsync<OperatorException>(() => tenant.SendAsync(new ReportAiUsage(wrong)));
    }

    [Theory]
    [InlineData("TimeoutSeconds", "31")]
    [InlineData("TimeoutSeconds", "0")]
    [InlineData("BaseAddress", "ftp://x")]
    [InlineData("BaseAddress", "nowhere")]
    [InlineData("BaseAddress", "http://proxy.example")]
    [InlineData("Prices:claude-new:InputUsd", "3")]
    [InlineData("Price", "3")]
    public void A_setting_that_makes_no_sense_stops_the_start(string name, string value) =>
        Assert.Contains("Helpdesk:Ai", Assert.Throws<OperatorException>(() => Settings.Read(new KeyValuePair<string, string?>($"Helpdesk:Ai:{name}", value))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_price_may_be_configured()
    {
        var options = Microsoft.Extensions.Configuration.ConfigurationBinder.Get<AiOptions>(Settings.Read(
            new("Helpdesk:Ai:Prices:claude-new:InputUsd", "3"), new("Helpdesk:Ai:Prices:claude-new:OutputUsd", "15"), new("Helpdesk:Ai:Prices:claude-new:AsOf", "2026-11-01"),
            new("Helpdesk:Ai:Prices:claude-haiku-4-5-20251001:InputUsd", "2")).GetSection(AiOptions.Section))!;
        Assert.Equal((3, 15, 2, 5), (options.Prices["claude-new"].InputUsd, options.Prices["claude-new"].OutputUsd, options.Prices[AiOptions.DefaultModel].InputUsd, options.Prices[AiOptions.DefaultModel].OutputUsd));
        Assert.Equal("claude-new", ConfigureAiHandler.ModelOf("claude-new", options));
    }
}
