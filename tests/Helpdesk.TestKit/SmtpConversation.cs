using System.Net.Security;
using System.Text;

namespace Helpdesk.TestKit;

/// <summary>What a mail server says to one client.</summary>
internal sealed class SmtpConversation(SmtpServer server, Stream stream)
{
    private Stream _stream = stream;
    private readonly List<byte> _pending = [];
    private readonly List<string> _to = [];
    private string? _from;
    private string? _user;
    private bool _isEncrypted;

    public async Task RunAsync()
    {
        await SayAsync("220 mail.test ESMTP");
        while (await LineAsync() is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            if (verb == "QUIT")
            {
                await SayAsync("221 bye");
                return;
            }

            await (verb switch
            {
                "EHLO" => GreetAsync(line),
                "STARTTLS" when server.OffersStartTls && !_isEncrypted => EncryptAsync(),
                "AUTH" => SignInAsync(line.Split(' ')),
                "MAIL" => FromAsync(line),
                "RCPT" => ToAsync(line),
                "DATA" => DataAsync(),
                "RSET" => ResetAsync(),
                _ => SayAsync("502 unknown"),
            });
        }
    }

    private Task GreetAsync(string line)
    {
        Demand(line.Length > 5, "EHLO without a name");
        var lines = new List<string> { "mail.test", "8BITMIME", "SMTPUTF8" };
        if (server.OffersStartTls && !_isEncrypted)
            lines.Add("STARTTLS");
        if (server.Account is not null && (_isEncrypted || !server.OffersStartTls))
            lines.Add("AUTH " + string.Join(' ', server.Mechanisms));
        return SayAsync(string.Join("\r\n", lines.Select((text, i) => $"250{(i == lines.Count - 1 ? ' ' : '-')}{text}")));
    }

    private async Task EncryptAsync()
    {
        await SayAsync("220 go on");
        Demand(_pending.Count == 0, "bytes before TLS");
        var encrypted = new SslStream(_stream);
        await encrypted.AuthenticateAsServerAsync(server.Certificate);
        (_stream, _isEncrypted) = (encrypted, true);
    }

    private async Task SignInAsync(string[] words)
    {
        var (user, password) = ("", "");
        if (words is [_, "PLAIN", var initial])
        {
            if (Decode(initial).Split('\0') is [_, var u, var p])
                (user, password) = (u, p);
        }
        else if (words is [_, "LOGIN"])
        {
            await SayAsync("334 VXNlcm5hbWU6");
            user = Decode(await LineAsync() ?? "");
            await SayAsync("334 UGFzc3dvcmQ6");
            password = Decode(await LineAsync() ?? "");
        }

        var isRight = (user, password) == server.Account;
        _user = isRight ? user : null;
        await SayAsync(isRight ? "235 welcome" : "535 wrong");
    }

    private Task FromAsync(string line)
    {
        if (server.Account is not null && _user is null)
            return SayAsync("530 sign in first");
        Demand(line.StartsWith("MAIL FROM:<", StringComparison.Ordinal) && line.Contains('>'), line);
        Demand(_from is null, "MAIL within a mail");
        _from = Between(line);
        return SayAsync("250 ok");
    }

    private Task ToAsync(string line)
    {
        Demand(line.StartsWith("RCPT TO:<", StringComparison.Ordinal) && line.EndsWith('>'), line);
        Demand(_from is not null, "RCPT before MAIL");
        var to = Between(line);
        if (server.Answer(to) is { Moment: SmtpMoment.Recipient } refusal)
            return SayAsync(refusal.Line);
        _to.Add(to);
        return SayAsync("250 ok");
    }

    private async Task DataAsync()
    {
        if (_to.Count == 0)
        {
            await SayAsync("554 nobody");
            return;
        }

        await SayAsync("354 go on");
        var text = new StringBuilder();
        while (await LineAsync(text: true) is var line && line != ".")
        {
            if (line is null)
                return;
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        var mail = new ReceivedMail(_from!, _to[0], text.ToString(), _user, _isEncrypted);
        var answer = server.Answer(_to[0]);
        _from = null;
        _to.Clear();
        switch (answer.Moment)
        {
            case SmtpMoment.End:
                await SayAsync(answer.Line);
                break;
            case SmtpMoment.Hang:
                server.Unanswered.Enqueue(mail);
                // Until the client has had enough.
                await LineAsync();
                break;
            case SmtpMoment.HangUp:
                server.Unanswered.Enqueue(mail);
                await _stream.DisposeAsync();
                break;
            default:
                server.Received.Enqueue(mail);
                await SayAsync("250 ok");
                break;
        }
    }

    private Task ResetAsync()
    {
        _from = null;
        _to.Clear();
        return SayAsync("250 ok");
    }

    private async Task SayAsync(string text) => await _stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"));

    /// <summary>The next line; null when the client hung up. Only CR LF ends one.</summary>
    private async Task<string?> LineAsync(bool text = false)
    {
        var buffer = new byte[4096];
        for (var from = 0; ;)
        {
            for (var i = from; i < _pending.Count; i++)
            {
                if (_pending[i] != '\n')
                    continue;
                Demand(i > 0 && _pending[i - 1] == '\r', "a line that ends in LF alone");
                var line = Encoding.UTF8.GetString([.. _pending.Take(Math.Max(i - 1, 0))]);
                _pending.RemoveRange(0, i + 1);
                Demand(!text || line.Length <= 998, "a line of more than 998 characters");
                Demand(!text || !line.Contains('\r'), "a lonely CR");
                return line;
            }

            from = _pending.Count;
            var read = await _stream.ReadAsync(buffer);
            if (read == 0)
                return null;
            _pending.AddRange(buffer.AsSpan(0, read));
        }
    }

    private void Demand(bool isRight, string otherwise)
    {
        if (!isRight)
            server.Violations.Enqueue(otherwise);
    }

    private static string Between(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
