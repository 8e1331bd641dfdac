using System.Net.Security;
using Helpdesk.Notifications.Contracts;

namespace Helpdesk.Notifications.Tests;

public sealed class SmtpSessionTests
{
    private static readonly (string, string) Account = ("post", "pässword");

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task Turns_to_tls_and_signs_in(string mechanism)
    {
        await using var server = SmtpServer.Start(Account, offersStartTls: true, mechanism);
        await using (var session = await SmtpSession.OpenAsync(Options(server), Limit(), Trusting(server)))
            await session.SendAsync("a@b.example", "c@d.example", "Subject: x\r\n\r\n.hidden\r\n..\r\n", Limit());
        var mail = Assert.Single(server.Received);
        Assert.Equal(("a@b.example", "c@d.example", "post", true), (mail.From, mail.To, mail.User, mail.IsEncrypted));
        Assert.Equal("Subject: x\r\n\r\n.hidden\r\n..\r\n", mail.Raw);
        Assert.Empty(server.Violations);
    }

    [Fact]
    public async Task Does_not_trust_a_certificate_that_nobody_vouches_for()
    {
        await using var server = SmtpServer.Start(Account, offersStartTls: true);
        var fault = await Assert.ThrowsAsync<SmtpFault>(() => SmtpSession.OpenAsync(Options(server), Limit()));
        Assert.Equal(SmtpFaultKind.Server, fault.Kind);
    }

    [Fact]
    public async Task Says_nothing_to_a_server_that_does_not_turn_to_tls()
    {
        await using var server = SmtpServer.Start(Account);
        var fault = await Assert.ThrowsAsync<SmtpFault>(() => SmtpSession.OpenAsync(Options(server), Limit()));
        Assert.Equal(SmtpFaultKind.Server, fault.Kind);
        Assert.Contains("STARTTLS", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_a_fault_of_the_server_and_of_no_mail()
    {
        await using var server = SmtpServer.Start(Account);
        var options = Options(server, MailSecurity.None);
        options.Password = "wrong";
        var fault = await Assert.ThrowsAsync<SmtpFault>(() => SmtpSession.OpenAsync(options, Limit()));
        Assert.Equal((SmtpFaultKind.Server, "AUTH was answered 535"), (fault.Kind, fault.ForLog));
    }

    [Fact]
    public async Task Sends_on_after_a_mail_that_was_refused()
    {
        await using var server = SmtpServer.Start();
        server.Answer = to => to.StartsWith("no", StringComparison.Ordinal) ? SmtpAnswer.AtRecipient("550 no") : to.StartsWith("later", StringComparison.Ordinal)
            ? SmtpAnswer.AtEnd("451 later") : to.StartsWith("bye", StringComparison.Ordinal) ? SmtpAnswer.AtEnd("421 going down") : SmtpAnswer.Take;
        await using var session = await SmtpSession.OpenAsync(new() { Host = "127.0.0.1", Port = server.Port, Security = MailSecurity.None }, Limit());
        Assert.Equal(SmtpFaultKind.Never, await KindAsync("no@d.example"));
        Assert.Equal(SmtpFaultKind.Later, await KindAsync("later@d.example"));
        await session.SendAsync("a@b.example", "yes@d.example", "x\r\n", Limit());
        Assert.Equal(SmtpFaultKind.Server, await KindAsync("bye@d.example"));
        Assert.Equal("yes@d.example", Assert.Single(server.Received).To);
        Assert.Empty(server.Violations);

        async Task<SmtpFaultKind> KindAsync(string to) =>
            (await Assert.ThrowsAsync<SmtpFault>(() => session.SendAsync("a@b.example", to, "x\r\n", Limit()))).Kind;
    }

    [Fact]
    public async Task Addresses_beyond_ascii_are_announced()
    {
        await using var server = SmtpServer.Start();
        await using (var session = await SmtpSession.OpenAsync(new() { Host = "127.0.0.1", Port = server.Port, Security = MailSecurity.None }, Limit()))
            await session.SendAsync("a@b.example", Mailbox.ForWire("jörg@bücher.example"), "To: jörg\r\n\r\n", Limit());
        Assert.Equal("jörg@xn--bcher-kva.example", Assert.Single(server.Received).To);
        Assert.Empty(server.Violations);
    }

    private static MailOptions Options(SmtpServer server, MailSecurity security = MailSecurity.StartTls) =>
        new() { Host = "localhost", Port = server.Port, Security = security, User = "post", Password = "pässword" };

    private static SslClientAuthenticationOptions Trusting(SmtpServer server) => new()
    {
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == server.Certificate.GetCertHashString(),
    };

    private static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token;
}
