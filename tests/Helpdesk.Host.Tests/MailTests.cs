using System.Diagnostics;

namespace Helpdesk.Host.Tests;

/// <summary>Mail of processes that come and go.</summary>
public sealed class MailTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Without_a_host_nothing_waits_and_what_happened_then_is_not_sent_later()
    {
        var (tenant, key) = await database.TenantAsync();
        using var client = new DeskClient(key.Token);
        await using (var off = await HostProcess.ServeAsync("serve", database.Environment))
        {
            await client.OpenAsync(off, "Before");
            await UntilAsync(async () => await CountAsync("in_app") == 1);
        }

        await using var mail = SmtpServer.Start();
        await using var on = await HostProcess.ServeAsync("serve", WithMail(mail));
        await client.OpenAsync(on, "After");
        await UntilAsync(() => Task.FromResult(!mail.Received.IsEmpty));
        Assert.Equal("[HD-000002] After", Assert.Single(mail.Received).Subject);
        Assert.Equal(1, await CountAsync("mail"));

        async Task<long> CountAsync(string table) =>
            (await database.QueryAsync<long>($"select count(*) from notifications.{table} where tenant_id = @Id", new { tenant.Id }))[0];
    }

    [Fact]
    public async Task A_process_that_is_killed_over_a_mail_leaves_it_to_the_next()
    {
        var (tenant, key) = await database.TenantAsync();
        using var client = new DeskClient(key.Token);
        await using var mail = SmtpServer.Start();
        mail.Answer = _ => SmtpAnswer.Hang;
        await using (var first = await HostProcess.ServeAsync("serve", WithMail(mail)))
        {
            await client.OpenAsync(first, "Once");
            await UntilAsync(() => Task.FromResult(!mail.Unanswered.IsEmpty));
            await first.KillAsync();
        }

        mail.Answer = _ => SmtpAnswer.Take;
        await using var second = await HostProcess.ServeAsync("serve", WithMail(mail));
        var held = (await database.QueryAsync<DateTime>("select due_at from notifications.mail where tenant_id = @Id", new { tenant.Id }))[0];
        Assert.InRange(held, DateTime.UtcNow, DateTime.UtcNow.AddMinutes(5));
        await database.ExecuteAsync($"update notifications.mail set due_at = now() where tenant_id = {tenant.Id}");
        await UntilAsync(async () =>
            (await database.QueryAsync<bool>("select sent_at is not null from notifications.mail where tenant_id = @Id", new { tenant.Id }))[0]);
        Assert.Equal(mail.Unanswered.Single().MessageId, Assert.Single(mail.Received).MessageId);
    }

    [Fact]
    public async Task Check_says_whether_the_mail_server_can_be_used_and_does_not_fail_for_it()
    {
        await using var mail = SmtpServer.Start();
        Assert.Equal($"mail: 127.0.0.1:{mail.Port} is ready\nready to serve\n", (await HostProcess.RunAsync(WithMail(mail), "check")).Ok());
        await mail.CloseAsync();
        var said = (await HostProcess.RunAsync(WithMail(mail), "check")).Ok();
        Assert.StartsWith($"mail: 127.0.0.1:{mail.Port} cannot be used: ", said, StringComparison.Ordinal);
        Assert.EndsWith("ready to serve\n", said, StringComparison.Ordinal);
    }

    private Dictionary<string, string> WithMail(SmtpServer mail) => new(database.Environment)
    {
        ["Helpdesk__Mail__Host"] = "127.0.0.1",
        ["Helpdesk__Mail__Port"] = $"{mail.Port}",
        ["Helpdesk__Mail__Security"] = "none",
        ["Helpdesk__Mail__From"] = "support@help.example",
    };

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var waited = Stopwatch.StartNew(); !await isSo(); await Task.Delay(20))
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "It does not come about.");
    }
}
