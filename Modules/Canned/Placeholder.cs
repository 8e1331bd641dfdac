namespace Helpdesk.Canned;

/// <summary>A plain name in double or triple braces, such as <c>{{requester.name}}</c>, and where it stands in a template.</summary>
/// <param name="Start">Where its first brace is.</param>
/// <param name="End">What follows its last brace.</param>
/// <param name="Name">The name: words of letters, digits, <c>_</c> and <c>-</c>, joined by dots.</param>
internal readonly record struct Placeholder(int Start, int End, string Name)
{
    private const int Longest = 200;

    /// <summary>
    /// All of a template, from left to right. Whatever else stands in braces (sections, helpers, partials, comments, half a placeholder)
    /// is none: it is text. Looks at each character a bounded number of times, whatever the template.
    /// </summary>
    public static IEnumerable<Placeholder> In(string template)
    {
        for (var at = template.IndexOf("{{", StringComparison.Ordinal); at >= 0;)
        {
            var found = At(template, at);
            if (found is { } placeholder)
                yield return placeholder;
            at = template.IndexOf("{{", found?.End ?? at + 1, StringComparison.Ordinal);
        }
    }

    private static Placeholder? At(string template, int start)
    {
        var end = Math.Min(template.Length, start + Longest);
        var isTriple = start + 2 < end && template[start + 2] == '{';
        var at = SkipSpace(template, start + (isTriple ? 3 : 2), end);
        if (!isTriple && at < end && template[at] == '&')
            at = SkipSpace(template, at + 1, end);

        var name = at;
        while (at < end && IsOfName(template, at, name))
            at++;
        var word = template[name..at];
        at = SkipSpace(template, at, end);
        var close = isTriple ? "}}}" : "}}";
        return word.Length > 0 && word[^1] != '.' && string.CompareOrdinal(template, at, close, 0, close.Length) == 0
            ? new(start, at + close.Length, word)
            : null;
    }

    private static bool IsOfName(string template, int at, int start) => template[at] switch
    {
        '.' => at > start && template[at - 1] != '.',
        '_' or '-' => true,
        var c => char.IsAsciiLetterOrDigit(c),
    };

    private static int SkipSpace(string template, int at, int end)
    {
        while (at < end && char.IsWhiteSpace(template[at]))
            at++;
        return at;
    }
}
