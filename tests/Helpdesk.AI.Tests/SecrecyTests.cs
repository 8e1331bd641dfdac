using System.Collections.Concurrent;
using System.Diagnostics;
using Helpdesk.SharedKernel.Observability;

namespace Helpdesk.AI.Tests;

/// <summary>Where the key and the texts must not be found.</summary>
public sealed class SecrecyTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task The_key_lies_encrypted_and_stands_in_no_event()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var row = (await app.OwnerQueryAsync<string>("select t::text || encode(key, 'escape') from ai.setting t where tenant_id = @Id", new { tenant.Id }))[0];
        Assert.DoesNotContain(key.Secret, row, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(key.Secret)), row, StringComparison.Ordinal);
        var events = string.Join('\n', await app.OwnerQueryAsync<string>("select e::text from log.event e where tenant_id = @Id", new { tenant.Id }));
        Assert.Contains("ai.configured", events, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret, events, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret, $"{new ConfigureAi(key.Secret)}{new ModelKey(1, 1, key.Secret)}", StringComparison.Ordinal);
        var standing = await tenant.SendAsync(new GetAiSettings());
        Assert.DoesNotContain(key.Secret, $"{standing}", StringComparison.Ordinal);
        Assert.NotNull(standing.Settings.KeySetAt);
    }

    [Fact]
    public async Task Spans_bear_the_names_and_the_numbers_and_no_text()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name || source.Name.StartsWith("Anthropic", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var (tenant, key) = await app.AskingTenantAsync(usual => usual with { Model = "claude-opus-4-5-20251101" });
        key.Then(ModelReply.Tool(new { template = "Private-answer-4711" }, 321, 45), ModelReply.Failure(400, "invalid_request_error", "Private-fault-4711"));
        var client = await tenant.ClientAsync();
        (await client.AskAsync("canned-generate", new { intent = "Private-intent-4711" })).Answered();
        (await client.AskAsync("canned-generate", new { intent = "Private-intent-4711" })).Declined("provider_error");

        var calls = spans.Where(span => span.DisplayName == "chat claude-opus-4-5-20251101").ToArray();
        Assert.Equal(2, calls.Length);
        var tags = calls[0].TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value);
        Assert.Equal(("chat", "anthropic", "claude-opus-4-5-20251101", 321, 45), (tags["gen_ai.operation.name"], tags["gen_ai.provider.name"], tags["gen_ai.request.model"], tags["gen_ai.usage.input_tokens"], tags["gen_ai.usage.output_tokens"]));
        Assert.Equal(("claude-opus-4-5-20251101", true, true), (tags["gen_ai.response.model"], tags["gen_ai.response.id"]!.ToString()!.StartsWith("msg_", StringComparison.Ordinal), tags["anthropic.request_id"]!.ToString()!.StartsWith("req_stub_", StringComparison.Ordinal)));
        Assert.Equal(["tool_use"], (string[])tags["gen_ai.response.finish_reasons"]!);
        Assert.Equal((ActivityStatusCode.Error, "400"), (calls[1].Status, calls[1].GetTagItem("error.type")));
        var all = string.Join('\n', spans.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Value}").Append(span.DisplayName).Append(span.StatusDescription ?? "")));
        Assert.DoesNotContain("4711", all, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret, all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_way_to_the_provider_carries_the_key_and_no_trace()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good["canned-generate"]));
        using var span = new Activity("test").Start();
        (await (await tenant.ClientAsync()).AskOfAsync("canned-generate", 1)).Answered();
        var headers = key.Asked.Single().Headers;
        Assert.Contains(key.Secret, string.Join(' ', headers.Values), StringComparison.Ordinal);
        Assert.Contains("anthropic-version", headers.Keys);
        Assert.DoesNotContain("traceparent", headers.Keys);
        Assert.DoesNotContain("cookie", headers.Keys);
    }
}
