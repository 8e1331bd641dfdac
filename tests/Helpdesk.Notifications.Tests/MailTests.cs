using System.Text.RegularExpressions;

namespace Helpdesk.Notifications.Tests;

/// <summary>What mails look like when they arrive.</summary>
public sealed class MailTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task A_reply_arrives_with_all_that_mail_programs_and_later_answers_need()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ann = await client.AgentAsync(tenant, "Ann Ämter");
        var ticket = await client.TicketOfMariaAsync(tenant);
        (await client.ReplyAsync(ticket, new { body = "Try another *bulb*.\n\n.\n.dotted\nÜber – 100 %", agent_id = ann.Id })).Created();
        var mail = (await tenant.InboxAsync(2))[1];

        Assert.Equal(("helpdesk", $"{tenant.Slug}@help.example", $"maria@{tenant.Slug}.example"), (mail.User, mail.From, mail.To));
        Assert.Equal("[HD-000001] Lamp does not light", mail.Subject);
        Assert.Equal($"\"Tenant {tenant.Slug}\" <{tenant.Slug}@help.example>", mail.Header("From"));
        Assert.Equal($"\"Maria Keller\" <maria@{tenant.Slug}.example>", mail.Header("To"));
        Assert.Equal($"answers+{tenant.Slug}@help.example", mail.Header("Reply-To"));
        Assert.Equal("auto-generated", mail.Header("Auto-Submitted"));
        Assert.Equal("All", mail.Header("X-Auto-Response-Suppress"));
        Assert.Equal($"\"Tenant {tenant.Slug}\" <{tenant.Slug}.helpdesk.help.example>", mail.Header("List-Id"));
        Assert.Equal("1.0", mail.Header("MIME-Version"));
        Assert.Matches(@"^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0000$", mail.Header("Date"));
        Assert.Matches(@"^<[^<>@\s]+@help\.example>$", mail.MessageId);
        Assert.Equal(
            "Ann Ämter replied:\n\nTry another *bulb*.\n\n.\n.dotted\nÜber – 100 %\n\n-- \nReference: HD-000001\nSubject: Lamp does not light\n"
            + $"Status: open\nTenant {tenant.Slug}", mail.Text);
        Assert.Contains("<blockquote>Try another *bulb*.<br>\n<br>\n.<br>\n.dotted<br>\n&#220;ber – 100 %</blockquote>", mail.Html, StringComparison.Ordinal);
        Assert.Empty(MailSetup.Server.Violations);
    }

    [Fact]
    public async Task All_mails_of_a_ticket_hang_together_and_have_names_of_their_own()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await client.AgentAsync(tenant, "Ann", await client.SupportAsync());
        var ticket = await client.TicketOfMariaAsync(tenant);
        (await client.ReplyAsync(ticket, new { body = "Which lamp?" })).Created();
        var mails = await tenant.InboxAsync(4);

        var thread = Assert.Single(mails.Select(mail => mail.Header("References")).Distinct());
        Assert.Matches($@"^<[^<>\s]*{ticket.Id()}[^<>\s]*@help\.example>$", thread);
        Assert.All(mails, mail => Assert.Equal(thread, mail.Header("In-Reply-To")));
        Assert.Equal(4, mails.Select(mail => mail.MessageId).Append(thread).Distinct().Count() - 1);

        await client.TicketOfMariaAsync(tenant);
        Assert.NotEqual(thread, (await tenant.InboxAsync(6))[^1].Header("References"));
    }

    [Theory]
    [InlineData("Hi\r\nBcc: all@evil.example")]
    [InlineData("=?utf-8?B?SGFjaw==?=")]
    [InlineData("\"quoted\" <script>alert(1)</script> \\")]
    [InlineData("Ürgent: 日本語 🚨 – a subject that is much longer than a line of a mail should be, and then some more of it, and more")]
    [InlineData("....................................................................................................................")]
    public async Task Hostile_subjects_and_names_stay_what_they_are(string text)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var ticket = (await client.PostAsync("tickets", new
        {
            subject = text,
            body = "x",
            requester = new { email = $"maria@{tenant.Slug}.example", name = text[..Math.Min(text.Length, 120)] },
        })).Created();
        // As from an import that did not look.
        await app.OwnerSqlAsync("update tickets.ticket set version = version + 1, subject = @text where tenant_id = @Id", new { text, tenant.Id });
        (await client.ReplyAsync(ticket, new { body = "<b>bold</b> & <img src=x onerror=alert(1)> [x](javascript:alert(1))" })).Created();
        var mail = (await tenant.InboxAsync(2))[1];

        var line = Regex.Replace(text, "[\r\n]", " ");
        Assert.Equal($"[HD-000001] {line}", mail.Subject);
        string[] names =
        [
            "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "In-Reply-To", "References", "List-Id", "Auto-Submitted",
            "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
        ];
        Assert.Equal(names, mail.Headers.Select(header => header.Name));
        Assert.All(mail.Raw.Split("\r\n"), row => Assert.True(row.Length <= 120 && row.All(c => c is >= ' ' and <= '~' or '\t'), row));
        Assert.DoesNotContain("<b>", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("href", mail.Html, StringComparison.Ordinal);
        Assert.Contains("<b>bold</b> & <img", mail.Text, StringComparison.Ordinal);
        Assert.EndsWith($"<maria@{tenant.Slug}.example>", mail.Header("To"), StringComparison.Ordinal);
        Assert.Empty(MailSetup.Server.Violations);
    }

    [Fact]
    public async Task Notes_and_names_of_programs_do_not_reach_requesters()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync(key => key with { Label = "shop robot" });
        var ticket = await client.TicketOfMariaAsync(tenant);
        (await client.ReplyAsync(ticket, new { body = "confidential-note", @internal = true, status = "on_hold" })).Created();
        (await client.PostAsync($"tickets/{ticket.Id()}/status", new { status = "open", note = "confidential-note" })).Ok();
        (await client.ReplyAsync(ticket, new { body = "Which lamp?" })).Created();
        var mails = await tenant.InboxAsync(4);

        Assert.Equal(
            [
                "We have received your request.", "The status of your request is now on hold.", "The status of your request is now open.",
                $"Tenant {tenant.Slug} replied:",
            ],
            mails.Select(mail => mail.Text.Split('\n')[0]));
        Assert.All(mails, mail => Assert.DoesNotMatch("confidential-note|shop robot", mail.Text + mail.Html));
    }

    [Fact]
    public async Task A_receipt_does_not_repeat_what_anybody_may_have_written_to_anybody()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        await client.AgentAsync(tenant, "Ann", await client.SupportAsync());
        await client.TicketOfMariaAsync(tenant);
        var mails = await tenant.InboxAsync(2);
        var (toMaria, toAnn) = mails[0].To.StartsWith("maria", StringComparison.Ordinal) ? (mails[0], mails[1]) : (mails[1], mails[0]);
        Assert.DoesNotContain("It was fine yesterday.", toMaria.Text + toMaria.Html, StringComparison.Ordinal);
        Assert.StartsWith("Maria Keller opened this ticket:\n\nIt was fine yesterday.\n\n-- \n", toAnn.Text, StringComparison.Ordinal);
        Assert.Contains($"Requester: Maria Keller <maria@{tenant.Slug}.example>\nQueue: Support\nPriority: normal\nStatus: New\n", toAnn.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_no_server_could_take_is_given_up_and_stops_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.PostAsync("tickets", new { subject = "a", body = "b", requester = new { email = $"a> b@{tenant.Slug}.example" } })).Created();
        await client.TicketOfMariaAsync(tenant);
        Assert.Single(await tenant.InboxAsync(1));
        var mails = await tenant.MailsAsync(rows => rows.Count == 2 && rows.All(row => row.DueAt is null));
        Assert.NotNull(mails[0].GivenUpAt);
        Assert.NotNull(mails[0].LastError);
        Assert.NotNull(mails[1].SentAt);
    }
}
