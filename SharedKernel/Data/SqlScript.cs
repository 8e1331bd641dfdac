namespace Helpdesk.SharedKernel.Data;

/// <summary>Takes a script apart into its statements.</summary>
internal static class SqlScript
{
    /// <summary>The statements without their semicolons; quoted text, dollar quotes and comments may hold semicolons of their own.</summary>
    public static IEnumerable<string> Split(string script)
    {
        var start = 0;
        for (var i = 0; i < script.Length; i++)
        {
            switch (script[i])
            {
                case '\'' or '"':
                    i = EndOf(script, script.IndexOf(script[i], i + 1));
                    break;
                case '-' when i + 1 < script.Length && script[i + 1] == '-':
                    i = script.IndexOf('\n', i) is var end and >= 0 ? end : script.Length;
                    break;
                case '$' when DollarQuote(script, i) is { } quote:
                    i = EndOf(script, script.IndexOf(quote, i + quote.Length, StringComparison.Ordinal)) + quote.Length - 1;
                    break;
                case ';':
                    if (HasContent(script[start..i]))
                        yield return script[start..i].Trim();
                    start = i + 1;
                    break;
            }
        }

        if (HasContent(script[start..]))
            yield return script[start..].Trim();
    }

    /// <summary>A quote that is never closed reaches to the end; PostgreSQL will say so.</summary>
    private static int EndOf(string script, int found) => found < 0 ? script.Length : found;

    private static string? DollarQuote(string script, int at)
    {
        var end = script.IndexOf('$', at + 1);
        if (end < 0)
            return null;
        var tag = script.AsSpan(at + 1, end - at - 1);
        for (var i = 0; i < tag.Length; i++)
        {
            if (!char.IsAsciiLetter(tag[i]) && tag[i] != '_' && (i == 0 || !char.IsAsciiDigit(tag[i])))
                return null;
        }

        return script[at..(end + 1)];
    }

    private static bool HasContent(string statement) =>
        statement.Split('\n').Any(line => line.Trim() is { Length: > 0 } text && !text.StartsWith("--", StringComparison.Ordinal));
}
