using System.Text.RegularExpressions;

namespace Helpdesk.Webhooks.Tests;

public sealed class RotateWebhookTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Signs_with_both_secrets_for_a_while()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var made = await client.WebhookAsync(hook.Url);
        var rotated = (await client.PostAsync($"{Hooking.Path}/{made.Id()}/rotate")).Ok();
        var (old, fresh) = (made.Text("signing_secret"), rotated.Text("signing_secret"));
        Assert.NotEqual(old, fresh);
        await Verify(Regex.Replace($"{rotated}".Replace(hook.Url, "URL"), "whsec_[A-Za-z0-9]{43}", "whsec_…"));
        Assert.InRange(rotated.GetProperty("previous_expires_at").GetDateTime() - DateTime.UtcNow, TimeSpan.FromSeconds(86_300), TimeSpan.FromSeconds(86_400));
        Assert.Equal("""webhook.rotated by test key:  {"grace_seconds": 86400}""", (await tenant.EventsAsync("webhook"))[^1]);

        (await client.TestAsync(made.Id())).Expect(202);
        var call = (await hook.ReceiveAsync(1))[0];
        Assert.True(ContractReceiver.Verifies(call, old) && ContractReceiver.Verifies(call, fresh));
        Assert.Matches("^t=[0-9]+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$", call.Headers["Mobieus-Signature"]);
        Assert.Matches("^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$", call.Headers["webhook-signature"]);

        // The while is over.
        await app.OwnerSqlAsync("update webhooks.endpoint set previous_secret_expires_at = now() where tenant_id = @Id", new { tenant.Id });
        Assert.Null((await client.WebhookAsync(made.Id())).GetProperty("previous_secret_expires_at").GetString());
        (await client.TestAsync(made.Id())).Expect(202);
        call = (await hook.ReceiveAsync(2))[1];
        Assert.True(ContractReceiver.Verifies(call, fresh) && !ContractReceiver.Verifies(call, old));
    }

    [Fact]
    public async Task Without_a_while_the_old_secret_ends_at_once()
    {
        var (_, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var made = await client.WebhookAsync(hook.Url);
        var rotated = (await client.PostAsync($"{Hooking.Path}/{made.Id()}/rotate", new { grace_seconds = 0 })).Ok();
        Assert.Null(rotated.GetProperty("previous_secret_expires_at").GetString());
        (await client.TestAsync(made.Id())).Expect(202);
        var call = (await hook.ReceiveAsync(1))[0];
        Assert.True(ContractReceiver.Verifies(call, rotated.Text("signing_secret")) && !ContractReceiver.Verifies(call, made.Text("signing_secret")));
    }

    [Fact]
    public async Task The_same_request_at_once_and_again_rotates_once()
    {
        var (tenant, client) = await app.HookedAsync();
        var id = (await client.WebhookAsync("https://hooks.example.com/a")).Id();
        (await client.PostTwelveTimesAsync($"{Hooking.Path}/{id}/rotate", new { grace_seconds = 604_800 })).Ok();
        Assert.Equal(2, (await tenant.EventsAsync("webhook")).Count);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("604801")]
    [InlineData("\"day\"")]
    public async Task Refuses_a_while_that_is_none(string grace)
    {
        var (_, client) = await app.HookedAsync();
        var id = (await client.WebhookAsync("https://hooks.example.com/a")).Id();
        Assert.NotEmpty((await client.PostTextAsync($"{Hooking.Path}/{id}/rotate", $$"""{"grace_seconds":{{grace}}}""")).Refused(422, "validation_failed").Field("grace_seconds"));
    }
}
