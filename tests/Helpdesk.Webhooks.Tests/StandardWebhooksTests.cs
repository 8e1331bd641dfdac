using System.Text.Json;

namespace Helpdesk.Webhooks.Tests;

/// <summary>Calls as a receiver takes them that knows Standard Webhooks and nothing of this server.</summary>
public sealed class StandardWebhooksTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "verify-standard-webhooks.js");

    [NodeFact]
    public async Task The_public_package_verifies_calls_with_either_secret_and_nothing_else()
    {
        var (_, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var made = await client.WebhookAsync(hook.Url);
        var old = made.Text("signing_secret");
        await client.TicketAsync("Lämpchen 漢 😀");
        var before = (await hook.ReceiveAsync(1))[0];
        var fresh = (await client.PostAsync($"{Hooking.Path}/{made.Id()}/rotate")).Ok().Text("signing_secret");
        (await client.TestAsync(made.Id())).Expect(202);
        var after = (await hook.ReceiveAsync(2))[1];

        Assert.Equal("verified", await SaysAsync(before, old));
        Assert.Equal("No matching signature found", await SaysAsync(before, fresh));
        Assert.Equal("verified", await SaysAsync(after, old));
        Assert.Equal("verified", await SaysAsync(after, fresh));
        Assert.Equal("No matching signature found", await SaysAsync(after with { Body = [.. after.Body, 32] }, fresh));
    }

    private static Task<string> SaysAsync(Call call, string secret) =>
        NodeFactAttribute.RunAsync(Script, JsonSerializer.Serialize(new { secret, headers = call.Headers, body = call.Text }));
}
