using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;

namespace Helpdesk.Webhooks.Tests;

/// <summary>Receivers that do not take what they are sent.</summary>
public sealed class FailingTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData(199 + 1, true)]
    [InlineData(204, true)]
    [InlineData(299, true)]
    [InlineData(304, false)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(500, false)]
    public async Task Any_2xx_is_a_success_and_nothing_else(int status, bool succeeds)
    {
        var (_, client) = await app.HookedAsync();
        var (id, row) = await TryAsync(client, Hook.Status(status));
        Assert.Equal(succeeds ? "succeeded" : "failed", row.Text("status"));
        Assert.Equal(status, row.GetProperty("response_status").GetInt32());
        Assert.Equal(succeeds ? 0 : 1, (await client.WebhookAsync(id)).GetProperty("consecutive_failures").GetInt32());
    }

    [Fact]
    public async Task Redirects_are_failures_and_are_not_followed()
    {
        var (_, client) = await app.HookedAsync();
        var elsewhere = await Receiver.OpenAsync();
        var (_, row) = await TryAsync(client, Hook.Status(307, "", ("Location", elsewhere.Url)));
        Assert.Equal(("failed", 307), (row.Text("status"), row.GetProperty("response_status").GetInt32()));
        Assert.Empty(elsewhere.Calls);
    }

    [Fact]
    public async Task An_answer_has_ten_seconds()
    {
        var (_, client) = await app.HookedAsync();
        var (_, row) = await TryAsync(client, Hook.Hang);
        Assert.Equal(("failed", "timeout"), (row.Text("status"), row.Text("error")));
        Assert.InRange(row.GetProperty("latency_ms").GetInt32(), 9_900, 12_000);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, row.GetProperty("response_status").ValueKind);
    }

    [Fact]
    public async Task A_body_that_never_ends_is_not_waited_for()
    {
        var (_, client) = await app.HookedAsync();
        var (_, row) = await TryAsync(client, async http =>
        {
            await http.Response.Body.WriteAsync("begun"u8.ToArray());
            await http.Response.Body.FlushAsync();
            await Hook.Hang(http);
        });
        Assert.Equal(("succeeded", "begun"), (row.Text("status"), row.Text("response_body")));
    }

    [Fact]
    public async Task Nobody_who_listens_and_a_name_that_nobody_has_are_told_apart()
    {
        var (_, client) = await app.HookedAsync();
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        foreach (var (url, error) in new[] { ($"http://127.0.0.1:{port}/", "connection_failed"), ("https://name-that-nobody-has.invalid/", "name_not_resolved") })
        {
            var id = (await client.WebhookAsync(url)).Id();
            (await client.TestAsync(id)).Expect(202);
            var row = (await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "failed"))[0];
            Assert.Equal(error, row.Text("error"));
        }
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_taken()
    {
        var (_, client) = await app.HookedAsync();
        await using var mail = SmtpServer.Start();
        await using var receiver = await Receiver.StartAsync(listen => listen.UseHttps(mail.Certificate));
        var hook = receiver.Open();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        (await client.TestAsync(id)).Expect(202);
        var row = (await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "failed"))[0];
        Assert.Equal("tls_failed", row.Text("error"));
        Assert.Empty(hook.Calls);
    }

    [Fact]
    public async Task A_receiver_is_left_alone_for_as_long_as_it_asks()
    {
        var (_, client) = await app.HookedAsync();
        foreach (var (asked, least, most) in new[]
        {
            ("7200", 7100, 7200), ("1", 50, 66), ("99999999", 86_300, 86_400), (DateTime.UtcNow.AddHours(1).ToString("R"), 3500, 3600), ("soon", 50, 66),
        })
        {
            var (_, row) = await TryAsync(client, Hook.Status(429, "", ("Retry-After", asked)));
            Assert.InRange((row.GetProperty("next_attempt_at").GetDateTime() - DateTime.UtcNow).TotalSeconds, least, most);
        }
    }

    [Theory]
    [InlineData("7200", 7100)]
    [InlineData(null, 50)]
    public async Task All_deliveries_to_a_receiver_wait_when_it_wants_to_be_left_alone(string? asked, int least)
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = asked is null ? Hook.Status(429) : Hook.Status(429, "", ("Retry-After", asked));
        var id = (await client.WebhookAsync(hook.Url)).Id();
        (await client.TestAsync(id)).Expect(202);
        await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "failed");
        hook.Answer = Hook.Status(204);
        for (var i = 0; i < 3; i++)
            (await client.TestAsync(id)).Expect(202);
        var rows = await client.DeliveriesAsync(id, rows => rows.Length == 4 && rows.All(row =>
            row.GetProperty("next_attempt_at").ValueKind is System.Text.Json.JsonValueKind.String && (row.GetProperty("next_attempt_at").GetDateTime() - DateTime.UtcNow).TotalSeconds > least));
        Assert.Equal(["pending", "pending", "pending", "failed"], rows.Select(row => row.Text("status")));
        Assert.Single(hook.Calls);

        // Its owner need not wait.
        (await client.PostAsync($"{Hooking.Path}/{id}", new { is_active = false })).Ok();
        (await client.PostAsync($"{Hooking.Path}/{id}", new { is_active = true })).Ok();
        await tenant.HurryAsync();
        await client.DeliveriesAsync(id, rows => rows.All(row => row.Text("status") == "succeeded"));
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_is_our_fault_and_not_the_receivers()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        var id = (await client.WebhookAsync(hook.Url)).Id();
        await app.OwnerSqlAsync("update webhooks.endpoint set secret = '\\x00' where tenant_id = @TenantId and id = @Id", new { TenantId = tenant.Id, Id = id });
        (await client.TestAsync(id)).Expect(202);
        var row = (await client.DeliveriesAsync(id, rows => rows is [var row] && row.GetProperty("next_attempt_at") is { ValueKind: System.Text.Json.JsonValueKind.String } due
            && due.GetDateTime() > DateTime.UtcNow.AddSeconds(30)))[0];
        Assert.Equal(("pending", 0), (row.Text("status"), row.GetProperty("attempt").GetInt32()));
        Assert.Equal(0, (await client.WebhookAsync(id)).GetProperty("consecutive_failures").GetInt32());
        (await client.PostAsync($"{Hooking.Path}/{id}/rotate", new { grace_seconds = 0 })).Ok();
        await tenant.HurryAsync();
        await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "succeeded");
    }

    [Fact]
    public async Task An_address_that_the_settings_forbid_by_now_is_not_sent_to()
    {
        var (tenant, client) = await app.HookedAsync();
        var id = (await client.WebhookAsync("https://hooks.example.com/a")).Id();
        await app.OwnerSqlAsync("update webhooks.endpoint set url = 'ftp://127.0.0.1/' where tenant_id = @TenantId and id = @Id", new { TenantId = tenant.Id, Id = id });
        (await client.TestAsync(id)).Expect(202);
        Assert.Equal("address_not_allowed", (await client.DeliveriesAsync(id, rows => rows is [var row] && row.Text("status") == "failed"))[0].Text("error"));
    }

    [Fact]
    public async Task Attempts_follow_the_documented_schedule_and_end_with_the_seventh()
    {
        var (tenant, client) = await app.HookedAsync();
        var hook = await Receiver.OpenAsync();
        hook.Answer = Hook.Status(500);
        var id = (await client.WebhookAsync(hook.Url)).Id();
        (await client.TestAsync(id)).Expect(202);
        foreach (var (attempt, minutes) in new[] { 1, 5, 30, 120, 360, 1440 }.Index())
        {
            var row = (await client.DeliveriesAsync(id, rows => rows is [var row] && row.GetProperty("attempt").GetInt32() == attempt + 1))[0];
            Assert.Equal("failed", row.Text("status"));
            Assert.InRange((row.GetProperty("next_attempt_at").GetDateTime() - DateTime.UtcNow).TotalSeconds, minutes * 60 - 15, minutes * 66);
            await tenant.HurryAsync();
        }

        var last = (await client.DeliveriesAsync(id, rows => rows is [var row] && row.GetProperty("attempt").GetInt32() == 7))[0];
        Assert.Equal(("exhausted", System.Text.Json.JsonValueKind.Null), (last.Text("status"), last.GetProperty("next_attempt_at").ValueKind));
        Assert.Equal(7, hook.Calls.Count);
        Assert.Single(hook.Calls.Select(call => (call.EventId, call.Text)).Distinct());
    }

    private static async Task<(long Id, System.Text.Json.JsonElement Row)> TryAsync(ApiClient client, Func<Microsoft.AspNetCore.Http.HttpContext, Task> answer)
    {
        var hook = await Receiver.OpenAsync();
        hook.Answer = answer;
        var id = (await client.WebhookAsync(hook.Url)).Id();
        (await client.TestAsync(id)).Expect(202);
        return (id, (await client.DeliveriesAsync(id, rows => rows is [var row] && row.GetProperty("attempt").GetInt32() == 1))[0]);
    }
}
