using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Helpdesk.AI;

/// <summary>
/// Texts of a model, made harmless for whoever shows them: somebody may have talked it into them. Markdown stays, but for what could lead
/// anywhere: no HTML, no link, no picture, no address of the web that a page would turn into a link, no invisible characters but those that
/// join letters or keep them apart. An e-mail address stays as it is: drafts have to name some, and a page may make it one that opens a mail.
/// </summary>
internal static partial class SafeText
{
    /// <summary>The text made harmless, without white space around it, and cut where it is too long.</summary>
    public static string Of(string text, int most)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // Persian words and emoji of several parts need the joiners.
            if (rune.Value is '\n' or '\t' or '\u200c' or '\u200d' || (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format)))
                plain.Append(rune.ToString());
        }

        // Addresses first: what takes their place ends in a bracket, which must not meet another one.
        plain.Replace("://", "[:]//");
        var safe = MailScheme().Replace(WebName().Replace(plain.ToString(), "$1[.]"), "$1[:]")
            .Replace("](", "] (", StringComparison.Ordinal).Replace("][", "] [", StringComparison.Ordinal)
            .Replace("]:", "] :", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Trim();
        if (safe.Length <= most)
            return safe;
        var end = most - 1;
        return safe[..(char.IsHighSurrogate(safe[end - 1]) ? end - 1 : end)].TrimEnd() + "…";
    }

    // Pages find these behind a letter of another script, an underscore or a star as well.
    [GeneratedRegex(@"(?<![A-Za-z0-9])((?i:www))\.")]
    private static partial Regex WebName();

    [GeneratedRegex(@"(?<![A-Za-z0-9])((?i:mailto|xmpp)):")]
    private static partial Regex MailScheme();
}
