using System.Globalization;
using System.Text;

namespace Helpdesk.Tickets.Contracts;

/// <summary>
/// The words of a text, cut the same way for what is kept and for what is looked for. The database's own way would take addresses, numbers
/// and paths for single words, which nobody finds by a part of them; and its signs must not reach a search from outside.
/// </summary>
public static class SearchWords
{
    // No word that anybody types is longer; keys and encoded files are.
    private const int Longest = 64;

    /// <summary>Runs of letters, their marks, and digits, in lower case and not longer than is kept.</summary>
    public static IEnumerable<string> In(string text)
    {
        text = text.ToLowerInvariant();
        var (start, at) = (0, 0);
        while (at < text.Length)
        {
            var isRead = Rune.TryGetRuneAt(text, at, out var rune);
            var next = at + (isRead ? rune.Utf16SequenceLength : 1);
            if (!isRead || !IsOfWord(rune))
            {
                if (at > start)
                    yield return Cut(text[start..at]);
                start = next;
            }

            at = next;
        }

        if (at > start)
            yield return Cut(text[start..at]);
    }

    /// <summary>
    /// What the text index keeps of a message, in PostgreSQL's notation. Words of a subject have a weight of their own, so that those of
    /// another subject can take their place.
    /// </summary>
    public static string Vector(SearchScope scope, string body, string? subject = null)
    {
        var (sign, vector, known) = (scope.Prefix, new StringBuilder(), new HashSet<string>(StringComparer.Ordinal));
        Add(body, ":1 ");
        known.Clear();
        Add(subject ?? "", ":2A ");
        return vector.ToString();

        void Add(string text, string position)
        {
            foreach (var word in In(text))
            {
                if (known.Add(word))
                    vector.Append('\'').Append(sign).Append(word).Append('\'').Append(position);
            }
        }
    }

    /// <summary>The search for all words of the text, each by its beginning, in PostgreSQL's notation; null when there is no word.</summary>
    public static string? Query(SearchScope scope, string text)
    {
        var sign = scope.Prefix;
        var query = string.Join(" & ", In(text).Distinct(StringComparer.Ordinal).Select(word => $"'{sign}{word}':*"));
        return query.Length == 0 ? null : query;
    }

    private static string Cut(string word) =>
        word.Length <= Longest ? word : word[..(char.IsHighSurrogate(word[Longest - 1]) ? Longest - 1 : Longest)];

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}

/// <summary>
/// Whose words: every word in the index starts with a sign of its tenant and environment, so that a search walks over none but its own.
/// Two tenants may share a sign; the tenant's id decides then.
/// </summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="IsTest">Whether it is the tenant's test environment.</param>
public readonly record struct SearchScope(long TenantId, bool IsTest)
{
    // Ids carry their time above the lowest bits; a prime spreads them. The migration of the index has the same figures.
    private const int Unvarying = 4096;
    private const int Prime = 16_777_213;

    /// <summary>The sign: up to six digits, and a mark for the environment.</summary>
    public string Prefix => $"{TenantId / Unvarying % Prime:x}{(IsTest ? "." : ":")}";
}
