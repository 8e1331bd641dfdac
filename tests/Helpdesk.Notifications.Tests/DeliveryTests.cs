using System.Diagnostics;

namespace Helpdesk.Notifications.Tests;

/// <summary>Mail servers that fail: nothing is lost, nothing is doubled, and nobody waits for them.</summary>
public sealed class DeliveryTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>, IAsyncLifetime
{
    private static readonly SmtpServer Server = MailSetup.Server;

    private TestTenant _tenant = null!;
    private ApiClient _client = null!;

    public async Task InitializeAsync()
    {
        _tenant = await app.NewTenantAsync();
        _client = await _tenant.ClientAsync();
    }

    public Task DisposeAsync()
    {
        Server.Answer = _ => SmtpAnswer.Take;
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Mail_waits_for_a_server_that_is_away_and_slows_no_request()
    {
        await Server.CloseAsync();
        try
        {
            await _client.TicketOfMariaAsync(_tenant);
            var took = Stopwatch.StartNew();
            for (var i = 0; i < 20; i++)
                await _client.TicketOfMariaAsync(_tenant);
            Assert.True(took.Elapsed < TimeSpan.FromSeconds(5), $"20 tickets took {took.Elapsed}.");
            var waiting = await _tenant.MailsAsync(rows => rows.Count == 21 && rows.All(row => row.LastError is not null));
            Assert.All(waiting, row => Assert.True(row is { Attempts: >= 1, SentAt: null, GivenUpAt: null } && row.DueAt > DateTime.UtcNow.AddSeconds(10)));
        }
        finally
        {
            Server.Open();
        }

        await _tenant.HurryAsync();
        Assert.Equal(21, (await _tenant.InboxAsync(21)).Select(mail => mail.MessageId).Distinct().Count());
        var sent = await _tenant.MailsAsync(rows => rows.All(row => row.SentAt is not null));
        Assert.All(sent, row => Assert.True(row is { Attempts: >= 2, DueAt: null, LastError: null }));
        await NothingFollowsAsync(21);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mail_that_is_put_off_is_sent_later(bool atRecipient)
    {
        Server.Answer = _ => atRecipient ? SmtpAnswer.AtRecipient("450 4.2.1 busy") : SmtpAnswer.AtEnd("451 4.3.0 try again");
        await _client.TicketOfMariaAsync(_tenant);
        var row = (await _tenant.MailsAsync(rows => rows is [{ LastError: not null }]))[0];
        Assert.Contains(atRecipient ? "450 4.2.1 busy" : "451 4.3.0 try again", row.LastError, StringComparison.Ordinal);
        Assert.InRange(row.DueAt!.Value, DateTime.UtcNow.AddSeconds(15), DateTime.UtcNow.AddSeconds(40));

        await _tenant.HurryAsync();
        row = (await _tenant.MailsAsync(rows => rows is [{ Attempts: 2 }] && rows[0].DueAt < DateTime.UtcNow.AddSeconds(80)))[0];
        Assert.True(row.DueAt > DateTime.UtcNow.AddSeconds(40));
        Server.Answer = _ => SmtpAnswer.Take;
        await _tenant.HurryAsync();
        Assert.Single(await _tenant.InboxAsync(1));
        Assert.Equal(3, (await _tenant.MailsAsync(rows => rows is [{ SentAt: not null }]))[0].Attempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mail_that_is_refused_for_good_is_given_up_and_kept_while_the_next_is_sent(bool atRecipient)
    {
        var refused = $"nobody@{_tenant.Slug}.example";
        Server.Answer = to => to != refused ? SmtpAnswer.Take
            : atRecipient ? SmtpAnswer.AtRecipient("550 5.1.1 no such user") : SmtpAnswer.AtEnd("554 5.7.1 looks like spam");
        (await _client.PostAsync("tickets", new { subject = "a", body = "b", requester = new { email = refused } })).Created();
        await _client.TicketOfMariaAsync(_tenant);
        Assert.Single(await _tenant.InboxAsync(1));
        var rows = await _tenant.MailsAsync(rows => rows.Count == 2 && rows.All(row => row.DueAt is null));
        Assert.True(rows[0] is { GivenUpAt: not null, SentAt: null, Attempts: 1 });
        Assert.Contains(atRecipient ? "550 5.1.1" : "554 5.7.1", rows[0].LastError, StringComparison.Ordinal);
        Assert.NotNull(rows[1].SentAt);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_not_waited_for_and_the_mail_keeps_its_name()
    {
        Server.Answer = _ => SmtpAnswer.Hang;
        await _client.TicketOfMariaAsync(_tenant);
        var row = (await _tenant.MailsAsync(rows => rows is [{ LastError: not null }]))[0];
        Assert.Contains("did not answer in time", row.LastError, StringComparison.Ordinal);
        await ArrivesUnderTheSameNameAsync();
    }

    [Fact]
    public async Task A_mail_whose_taking_over_was_not_heard_is_sent_again_under_the_same_name()
    {
        Server.Answer = _ => SmtpAnswer.HangUp;
        await _client.TicketOfMariaAsync(_tenant);
        await _tenant.MailsAsync(rows => rows is [{ LastError: not null }]);
        await ArrivesUnderTheSameNameAsync();
    }

    [Fact]
    public async Task A_mail_that_makes_the_server_hang_up_does_not_keep_the_others_from_it()
    {
        var poison = $"poison@{_tenant.Slug}.example";
        Server.Answer = to => to == poison ? SmtpAnswer.HangUp : SmtpAnswer.Take;
        (await _client.PostAsync("tickets", new { subject = "a", body = "b", requester = new { email = poison } })).Created();
        for (var i = 0; i < 3; i++)
            await _client.TicketOfMariaAsync(_tenant);
        var rows = await _tenant.MailsAsync(rows => rows.Count == 4 && rows.Count(row => row.SentAt is not null) == 3);
        Assert.True(rows[0] is { SentAt: null, DueAt: not null });
        Assert.Equal(3, (await _tenant.InboxAsync(3)).Length);
    }

    [Fact]
    public async Task Two_senders_send_each_mail_once()
    {
        await using var other = await AnotherServer.StartAsync(app, MailSetup.Settings);
        await Server.CloseAsync();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => _client.TicketOfMariaAsync(_tenant)));
        await _tenant.MailsAsync(rows => rows.Count == 60);
        Server.Open();
        await Notifying.UntilAsync(async () =>
        {
            await _tenant.HurryAsync();
            return (await _tenant.MailsAsync()).All(row => row.SentAt is not null);
        }, "all mails are sent");
        Assert.Equal(60, (await _tenant.InboxAsync(60)).Select(mail => mail.MessageId).Distinct().Count());
        await NothingFollowsAsync(60);
    }

    [Fact]
    public async Task What_a_dead_process_held_is_sent_when_its_time_is_over()
    {
        Server.Answer = _ => SmtpAnswer.AtEnd("451 later");
        await _client.TicketOfMariaAsync(_tenant);
        await _tenant.MailsAsync(rows => rows is [{ LastError: not null }]);
        Server.Answer = _ => SmtpAnswer.Take;
        await app.OwnerSqlAsync("update notifications.mail set due_at = now() + interval '3 seconds' where tenant_id = @Id", new { _tenant.Id });
        var held = Stopwatch.StartNew();
        await _tenant.InboxAsync(1);
        Assert.True(held.Elapsed > TimeSpan.FromSeconds(2), $"It was sent after {held.Elapsed}.");
        await NothingFollowsAsync(1);
    }

    [Fact]
    public async Task After_three_days_a_mail_is_given_up_and_kept()
    {
        Server.Answer = _ => SmtpAnswer.AtEnd("451 later");
        await _client.TicketOfMariaAsync(_tenant);
        await _tenant.MailsAsync(rows => rows is [{ LastError: not null }]);
        await app.OwnerSqlAsync("update notifications.mail set created_at = created_at - interval '3 days', due_at = now() where tenant_id = @Id", new { _tenant.Id });
        var row = (await _tenant.MailsAsync(rows => rows is [{ GivenUpAt: not null }]))[0];
        Assert.True(row is { DueAt: null, SentAt: null, Attempts: 2 });
        Assert.Contains("451 later", row.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_mail_is_forgotten_and_waiting_mail_never()
    {
        for (var i = 0; i < 4; i++)
            await _client.TicketOfMariaAsync(_tenant);
        await _tenant.MailsAsync(rows => rows.Count == 4 && rows.All(row => row.SentAt is not null));
        await app.OwnerSqlAsync("""
            with numbered as (select event_id, row_number() over (order by event_id) as n from notifications.mail where tenant_id = @Id)
            update notifications.mail m set
                created_at = now() - make_interval(days => case n when 1 then 31 when 2 then 29 when 3 then 89 else 400 end),
                given_up_at = case n when 3 then now() end, sent_at = case when n < 3 then sent_at end,
                due_at = case n when 4 then now() + interval '1 day' end
            from numbered where m.tenant_id = @Id and m.event_id = numbered.event_id;
            update notifications.in_app set created_at = now() - interval '91 days' where tenant_id = @Id
                and event_id = (select min(event_id) from notifications.in_app where tenant_id = @Id)
            """, new { _tenant.Id });
        await app.OwnerQueryAsync<long>("select notifications.forget(now() - interval '30 days', now() - interval '90 days')");
        Assert.Equal([3L, 3L], await app.OwnerQueryAsync<long>(
            "select count(*) from notifications.mail where tenant_id = @Id union all select count(*) from notifications.in_app where tenant_id = @Id", new { _tenant.Id }));
    }

    private async Task ArrivesUnderTheSameNameAsync()
    {
        var first = Server.Unanswered.Single(mail => mail.To == $"maria@{_tenant.Slug}.example");
        Server.Answer = _ => SmtpAnswer.Take;
        await _tenant.HurryAsync();
        var second = Assert.Single(await _tenant.InboxAsync(1));
        Assert.Equal(first.MessageId, second.MessageId);
        await NothingFollowsAsync(1);
    }

    /// <summary>Everything is noted as sent, so nothing is left that could follow.</summary>
    private async Task NothingFollowsAsync(int count)
    {
        await _tenant.MailsAsync(rows => rows.Count == count && rows.All(row => row is { SentAt: not null, DueAt: null }));
        Assert.Equal(count, (await _tenant.InboxAsync(count)).Length);
    }
}
