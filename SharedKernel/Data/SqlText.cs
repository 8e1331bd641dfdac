using System.Collections.Concurrent;
using System.Text;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// A statement with its <c>@Name</c> parameters turned into the positions that PostgreSQL knows. Done once for each text: the driver
/// would otherwise read the statement again at every execution.
/// </summary>
internal sealed class SqlText
{
    private static readonly ConcurrentDictionary<string, SqlText> Known = new(ReferenceOrTextComparer.Instance);

    private readonly ConcurrentDictionary<Type, Parameter[]> _parameters = new();

    private SqlText(string text, string[] names) => (Text, Names) = (text, names);

    /// <summary>The statement with <c>$1</c>, <c>$2</c>, …</summary>
    public string Text { get; }

    /// <summary>The names in the order of their positions.</summary>
    public string[] Names { get; }

    /// <summary>How to read the parameters from an object of the type.</summary>
    public Parameter[] ParametersOf(Type args) => _parameters.GetOrAdd(args, static (type, names) => Parameter.For(type, names), Names);

    public static SqlText Of(string sql) => Known.GetOrAdd(sql, Parse);

    /// <summary>Reads over quoted text and comments; <c>@@</c>, <c>@&gt;</c> and <c>&lt;@</c> are operators, not parameters.</summary>
    internal static SqlText Parse(string sql)
    {
        var text = new StringBuilder(sql.Length);
        var names = new List<string>();
        for (var i = 0; i < sql.Length; i++)
        {
            var c = sql[i];
            if (c == '\'' || c == '"')
            {
                var end = sql.IndexOf(c, i + 1) is var closed and >= 0 ? closed : sql.Length - 1;
                text.Append(sql, i, end - i + 1);
                i = end;
            }
            else if (c == '-' && i + 1 < sql.Length && sql[i + 1] == '-')
            {
                var end = sql.IndexOf('\n', i);
                i = end < 0 ? sql.Length : end - 1;
            }
            else if (c == '@' && i + 1 < sql.Length && char.IsAsciiLetter(sql[i + 1]) && (i == 0 || sql[i - 1] is not ('@' or '<')))
            {
                var end = i + 1;
                while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_'))
                    end++;
                var name = sql[(i + 1)..end];
                var position = names.IndexOf(name);
                if (position < 0)
                {
                    position = names.Count;
                    names.Add(name);
                }

                text.Append('$').Append(position + 1);
                i = end - 1;
            }
            else
            {
                text.Append(c);
            }
        }

        return new SqlText(text.ToString(), [.. names]);
    }

    /// <summary>Statements are constants, so the same reference comes back nearly always and the text need not be compared.</summary>
    private sealed class ReferenceOrTextComparer : IEqualityComparer<string>
    {
        public static readonly ReferenceOrTextComparer Instance = new();

        public bool Equals(string? x, string? y) => ReferenceEquals(x, y) || string.Equals(x, y, StringComparison.Ordinal);

        // Length and a few characters spread the statements well enough, without walking kilobytes of text.
        public int GetHashCode(string text) =>
            HashCode.Combine(text.Length, text.Length > 40 ? text[40] : ' ', text.Length > 120 ? text[^60] : ' ', text.Length > 20 ? text[^9] : ' ');
    }
}
