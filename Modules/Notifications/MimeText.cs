using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Helpdesk.Notifications;

/// <summary>
/// Writes a mail as RFC 5322 and MIME want it. Whatever a text holds, it ends no header and starts none: control characters become spaces,
/// and all that is not plain stands in encoded words or in quoted-printable.
/// </summary>
internal static class MimeText
{
    private const string Hex = "0123456789ABCDEF";
    private const int LongestLine = 76;

    // Bytes in one encoded word: 75 characters less "=?utf-8?B?" and "?=", of which four hold three bytes.
    private const int WordBytes = 45;

    /// <summary>The whole mail, lines ended by CR LF. ASCII, but for an address whose local part is not.</summary>
    public static string Of(Mail mail)
    {
        var boundary = "=_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mail.MessageId)).AsSpan(0, 16));
        var text = new StringBuilder();
        Header(text, "From", Address(mail.From));
        Header(text, "To", Address(mail.To));
        Header(text, "Subject", Words(mail.Subject));
        Header(text, "Date", mail.Date.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture) + " +0000");
        Header(text, "Message-ID", mail.MessageId);
        foreach (var (name, value) in mail.Headers)
            Header(text, name, value);
        Header(text, "MIME-Version", "1.0");
        Header(text, "Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\"");
        Part(text, boundary, "text/plain", mail.Text);
        Part(text, boundary, "text/html", mail.Html);
        return text.Append("\r\n--").Append(boundary).Append("--\r\n").ToString();
    }

    /// <summary>A name for people and an address.</summary>
    public static string Address(Mailbox mailbox) =>
        mailbox.Name.Length == 0 ? Mailbox.ForWire(mailbox.Address) : $"{Phrase(mailbox.Name)} <{Mailbox.ForWire(mailbox.Address)}>";

    /// <summary>A name as it stands before an address: quoted, or in encoded words where it is not plain or long.</summary>
    public static string Phrase(string name)
    {
        name = OneLine(name);
        return IsPlain(name) ? $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : Encoded(name);
    }

    /// <summary>The text of a header such as the subject.</summary>
    public static string Words(string text)
    {
        text = OneLine(text);
        return IsPlain(text) ? text : Encoded(text);
    }

    private static void Header(StringBuilder to, string name, string value) => to.Append(name).Append(": ").Append(value).Append("\r\n");

    private static void Part(StringBuilder to, string boundary, string type, string content)
    {
        to.Append("\r\n--").Append(boundary).Append("\r\n");
        Header(to, "Content-Type", type + "; charset=utf-8");
        Header(to, "Content-Transfer-Encoding", "quoted-printable");
        to.Append("\r\n");
        foreach (var line in content.ReplaceLineEndings("\n").Split('\n'))
            Printable(to, Encoding.UTF8.GetBytes(line));
    }

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();

    // An encoded word costs little; a long line or what only looks like an encoded word could be taken amiss.
    private static bool IsPlain(string text) =>
        text.Length <= 60 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains("=?", StringComparison.Ordinal);

    /// <summary>Encoded words, one a line, none of which cuts a character in two.</summary>
    private static string Encoded(string text)
    {
        var (words, bytes) = (new List<string>(), new List<byte>(WordBytes));
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes.Count + rune.Utf8SequenceLength > WordBytes)
                Finish();
            bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
        }

        Finish();
        return string.Join("\r\n ", words);

        void Finish()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=");
            bytes.Clear();
        }
    }

    /// <summary>One line in quoted-printable, broken where it grows too long.</summary>
    private static void Printable(StringBuilder to, ReadOnlySpan<byte> line)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var b = line[i];
            // White space at the end of a line is lost on the way.
            var isPlain = b is >= 33 and <= 126 and not (byte)'=' || (b is (byte)' ' or (byte)'\t' && i < line.Length - 1);
            if (column + (isPlain ? 1 : 3) >= LongestLine)
            {
                to.Append("=\r\n");
                column = 0;
            }

            if (isPlain)
                to.Append((char)b);
            else
                to.Append('=').Append(Hex[b >> 4]).Append(Hex[b & 15]);
            column += isPlain ? 1 : 3;
        }

        to.Append("\r\n");
    }
}
