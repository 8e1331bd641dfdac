using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Helpdesk.Notifications.Contracts;

namespace Helpdesk.Notifications;

/// <summary>
/// A connection to a mail server, by RFC 5321, over which mail is sent one after the other. After a fault of the server it is of no more
/// use; after one of a mail the next can be sent.
/// </summary>
/// <remarks>Time limits are the caller's: by the token. MailKit, which would do the same, is not among the packages in reach.</remarks>
internal sealed class SmtpSession : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private readonly HashSet<string> _extensions = new(StringComparer.OrdinalIgnoreCase);
    private Stream _stream = Stream.Null;
    private StreamReader _reader = StreamReader.Null;
    private string _name = "";

    private SmtpSession()
    {
    }

    /// <summary>Connects, turns to TLS and signs in, as the settings say.</summary>
    /// <exception cref="SmtpFault">It could not be; always a fault of the server.</exception>
    public static async Task<SmtpSession> OpenAsync(MailOptions options, CancellationToken ct, SslClientAuthenticationOptions? tls = null)
    {
        var session = new SmtpSession();
        try
        {
            await session.ConnectAsync(options, tls ?? new(), ct);
            return session;
        }
        catch (Exception exception)
        {
            session._client.Dispose();
            if (AsFault("connecting", exception) is { } fault)
                throw fault;
            throw;
        }
    }

    /// <summary>Hands one mail over. When it returns, the server answers for the mail.</summary>
    /// <exception cref="SmtpFault">It did not take it, or nobody can say whether it did.</exception>
    public async Task SendAsync(string from, string to, string content, CancellationToken ct)
    {
        var step = "MAIL";
        try
        {
            var utf8 = Ascii.IsValid(to) ? "" : " SMTPUTF8";
            if (utf8.Length > 0 && !_extensions.Contains("SMTPUTF8"))
                throw new SmtpFault(SmtpFaultKind.Never, step, 0, "the server does not take addresses beyond ASCII");
            await SayAsync($"MAIL FROM:<{from}>{utf8}", step, SmtpFaultKind.Server, ct);
            step = "RCPT";
            await SayAsync($"RCPT TO:<{to}>", step, SmtpFaultKind.Never, ct);
            step = "DATA";
            await SayAsync("DATA", step, SmtpFaultKind.Never, ct, wanted: 3);
            step = "the end of DATA";
            // A line that starts with a dot gets another, so that none looks like the end.
            var lines = content.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
            await SayAsync((lines.StartsWith('.') ? "." : "") + lines + ".", step, SmtpFaultKind.Never, ct);
        }
        catch (Exception exception) when (AsFault(step, exception) is { } fault)
        {
            // The server still waits for the rest of this mail.
            if (fault.Kind is not SmtpFaultKind.Server)
                await ResetAsync(ct);
            throw fault;
        }
    }

    /// <summary>Takes leave; a server that does not answer is left without.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using var moment = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await SayAsync("QUIT", "QUIT", SmtpFaultKind.Server, moment.Token);
        }
        catch (Exception exception) when (AsFault("QUIT", exception) is not null)
        {
            // It has what it needs.
        }

        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task ConnectAsync(MailOptions options, SslClientAuthenticationOptions tls, CancellationToken ct)
    {
        tls.TargetHost ??= options.Host;
        await _client.ConnectAsync(options.Host!, options.PortOrUsual, ct);
        _client.NoDelay = true;
        _name = NameOf(((IPEndPoint)_client.Client.LocalEndPoint!).Address);
        Use(_client.GetStream());
        if (options.Security is MailSecurity.Tls)
            await EncryptAsync(tls, ct);
        await HearAsync("the greeting", SmtpFaultKind.Server, 2, ct);
        await GreetAsync(ct);
        if (options.Security is MailSecurity.StartTls)
        {
            // Never without: who can strike the word from the answer could read everything else.
            if (!_extensions.Contains("STARTTLS"))
                throw new SmtpFault(SmtpFaultKind.Server, "STARTTLS", 0, "the server does not offer it");
            await SayAsync("STARTTLS", "STARTTLS", SmtpFaultKind.Server, ct);
            await EncryptAsync(tls, ct);
            await GreetAsync(ct);
        }

        if (!string.IsNullOrEmpty(options.User))
            await SignInAsync(options.User, options.Password!, ct);
    }

    private async Task GreetAsync(CancellationToken ct)
    {
        var lines = await SayAsync($"EHLO {_name}", "EHLO", SmtpFaultKind.Server, ct);
        _extensions.Clear();
        foreach (var line in lines.Skip(1))
        {
            var words = line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
            _extensions.UnionWith(words.Take(1));
            if (words is ["AUTH" or "auth", .. var mechanisms])
                _extensions.UnionWith(mechanisms.Select(mechanism => "AUTH " + mechanism));
        }
    }

    private async Task SignInAsync(string user, string password, CancellationToken ct)
    {
        if (_extensions.Contains("AUTH PLAIN"))
        {
            await SayAsync("AUTH PLAIN " + Base64($"\0{user}\0{password}"), "AUTH", SmtpFaultKind.Server, ct);
            return;
        }

        if (!_extensions.Contains("AUTH LOGIN"))
            throw new SmtpFault(SmtpFaultKind.Server, "AUTH", 0, "the server offers neither PLAIN nor LOGIN");
        await SayAsync("AUTH LOGIN", "AUTH", SmtpFaultKind.Server, ct, wanted: 3);
        await SayAsync(Base64(user), "AUTH", SmtpFaultKind.Server, ct, wanted: 3);
        await SayAsync(Base64(password), "AUTH", SmtpFaultKind.Server, ct);
    }

    private async Task EncryptAsync(SslClientAuthenticationOptions tls, CancellationToken ct)
    {
        // What came unencrypted behind the server's word is dropped with the old reader.
        var encrypted = new SslStream(_stream);
        await encrypted.AuthenticateAsClientAsync(tls, ct);
        Use(encrypted);
    }

    private void Use(Stream stream) => (_stream, _reader) = (stream, new StreamReader(stream, Encoding.Latin1));

    private async Task ResetAsync(CancellationToken ct)
    {
        try
        {
            await SayAsync("RSET", "RSET", SmtpFaultKind.Server, ct);
        }
        catch (Exception exception) when (AsFault("RSET", exception) is not null)
        {
            // The next mail will find out.
        }
    }

    /// <summary>Says a line and hears the answer. <paramref name="refused"/> is what a final no means.</summary>
    private async Task<List<string>> SayAsync(string line, string step, SmtpFaultKind refused, CancellationToken ct, int wanted = 2)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), ct);
        await _stream.FlushAsync(ct);
        return await HearAsync(step, refused, wanted, ct);
    }

    private async Task<List<string>> HearAsync(string step, SmtpFaultKind refused, int wanted, CancellationToken ct)
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await _reader.ReadLineAsync(ct) ?? throw new SmtpFault(SmtpFaultKind.Server, step, 0, "the server hung up");
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out var code))
                throw new SmtpFault(SmtpFaultKind.Server, step, 0, "the server does not speak SMTP");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-')
                continue;
            if (code / 100 == wanted)
                return lines;
            // 421 is what a server says that is about to go.
            var kind = code == 421 || refused is SmtpFaultKind.Server ? SmtpFaultKind.Server : code / 100 == 5 ? refused : SmtpFaultKind.Later;
            throw new SmtpFault(kind, step, code, $"{code} {string.Join(' ', lines)}");
        }
    }

    private static SmtpFault? AsFault(string step, Exception exception) => exception switch
    {
        SmtpFault fault => fault,
        OperationCanceledException => new(SmtpFaultKind.Server, step, 0, "the server did not answer in time"),
        IOException or SocketException or AuthenticationException or ObjectDisposedException or InvalidOperationException =>
            new(SmtpFaultKind.Server, step, 0, exception.Message),
        _ => null,
    };

    private static string NameOf(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => $"[{address.MapToIPv4()}]",
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"[IPv6:{new IPAddress(address.GetAddressBytes())}]",
        _ => $"[{address}]",
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
