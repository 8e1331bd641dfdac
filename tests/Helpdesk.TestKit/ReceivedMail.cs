using System.Text;
using System.Text.RegularExpressions;

namespace Helpdesk.TestKit;

/// <summary>A mail as it came over the wire, read as a mail program would.</summary>
/// <param name="From">The sender of the envelope.</param>
/// <param name="To">The recipient of the envelope.</param>
/// <param name="Raw">Headers and body, dots taken off.</param>
/// <param name="User">Who had signed in.</param>
/// <param name="IsEncrypted">Whether it came over TLS.</param>
public sealed partial record ReceivedMail(string From, string To, string Raw, string? User, bool IsEncrypted)
{
    /// <summary>The headers as they stand there, unfolded, in order.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers => HeadersOf(Raw);

    public string Subject => Decoded(Header("Subject"));

    public string MessageId => Header("Message-ID");

    public string Text => Part("text/plain");

    public string Html => Part("text/html");

    /// <summary>The one header of this name.</summary>
    public string Header(string name) => Headers.Single(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>A header's encoded words as text.</summary>
    public static string Decoded(string value) => EncodedWord().Replace(
        Regex.Replace(value, @"\?=\s+=\?", "?==?"), word => Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups[1].Value)));

    private string Part(string type)
    {
        var boundary = Regex.Match(Header("Content-Type"), "boundary=\"([^\"]+)\"").Groups[1].Value;
        var part = Raw.Split($"\r\n--{boundary}").Single(part => part.StartsWith($"\r\nContent-Type: {type}", StringComparison.Ordinal))[2..];
        var body = part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].Replace("=\r\n", "", StringComparison.Ordinal);
        var bytes = new List<byte>();
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '=')
                bytes.Add(Convert.ToByte(body.Substring((i += 2) - 1, 2), 16));
            else
                bytes.Add((byte)body[i]);
        }

        return Encoding.UTF8.GetString([.. bytes]).ReplaceLineEndings("\n").TrimEnd('\n');
    }

    private static List<(string, string)> HeadersOf(string raw) =>
    [
        .. from line in Regex.Replace(raw[..raw.IndexOf("\r\n\r\n", StringComparison.Ordinal)], "\r\n[ \t]", " ").Split("\r\n")
           let colon = line.IndexOf(':')
           select (line[..colon], line[(colon + 1)..].Trim()),
    ];

    [GeneratedRegex(@"=\?utf-8\?B\?([A-Za-z0-9+/=]*)\?=")]
    private static partial Regex EncodedWord();
}
