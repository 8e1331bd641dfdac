using System.Globalization;
using System.Text;

namespace Helpdesk.Tickets;

/// <summary>
/// The words of a text, cut the same way for what is kept and for what is looked for. The database's own way would take addresses, numbers
/// and paths for single words, which nobody finds by a part of them; and its signs must not reach a search from outside.
/// </summary>
internal static class SearchWords
{
    /// <summary>Runs of letters, their marks, and digits.</summary>
    public static IEnumerable<string> In(string text)
    {
        var (start, at) = (0, 0);
        while (at < text.Length)
        {
            var isRead = Rune.TryGetRuneAt(text, at, out var rune);
            var next = at + (isRead ? rune.Utf16SequenceLength : 1);
            if (!isRead || !IsOfWord(rune))
            {
                if (at > start)
                    yield return text[start..at];
                start = next;
            }

            at = next;
        }

        if (at > start)
            yield return text[start..at];
    }

    /// <summary>The words with spaces between them, for the database to index.</summary>
    public static string Of(params ReadOnlySpan<string> texts)
    {
        var words = new StringBuilder();
        foreach (var text in texts)
        {
            foreach (var word in In(text))
                words.Append(words.Length == 0 ? "" : " ").Append(word);
        }

        return words.ToString();
    }

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
