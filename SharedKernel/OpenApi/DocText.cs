using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>Docstrings as people read them: the tags within become Markdown, names of the code become names of the wire.</summary>
internal static partial class DocText
{
    public static string? Of(XElement? element)
    {
        if (element is null)
            return null;
        var text = new StringBuilder();
        Write(text, element);
        // Which section of a source a rule comes from is for readers of the code.
        var plain = SourcePattern().Replace(text.ToString(), "").Trim();
        return plain.Length == 0 ? null : BlankPattern().Replace(plain, "\n\n");
    }

    /// <summary>The name under which a schema of this type is published.</summary>
    public static string SchemaName(string typeName) =>
        typeName.EndsWith("View", StringComparison.Ordinal) && typeName.Length > 4 ? typeName[..^4] : typeName;

    /// <summary>Plain words as Markdown, where an angle bracket would begin a tag.</summary>
    public static string Escape(string words) => words.Replace("<", "\\<", StringComparison.Ordinal);

    private static void Write(StringBuilder text, XElement element)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText words)
                text.Append(Escape(SpacePattern().Replace(words.Value, " ")));
            else if (node is XElement tag)
                WriteTag(text, tag);
        }
    }

    private static void WriteTag(StringBuilder text, XElement tag)
    {
        switch (tag.Name.LocalName)
        {
            case "c":
                text.Append('`').Append(tag.Value).Append('`');
                break;
            case "see" or "seealso":
                WriteReference(text, tag);
                break;
            case "paramref" or "typeparamref":
                text.Append('`').Append(Wire((string)tag.Attribute("name")!)).Append('`');
                break;
            case "para":
                text.Append("\n\n");
                Write(text, tag);
                text.Append("\n\n");
                break;
            case "item":
                text.Append("\n- ");
                Write(text, tag);
                break;
            case "code":
                text.Append("\n\n```\n").Append(tag.Value.Trim()).Append("\n```\n\n");
                break;
            default:
                Write(text, tag);
                break;
        }
    }

    private static void WriteReference(StringBuilder text, XElement tag)
    {
        if ((string?)tag.Attribute("cref") is not { } reference)
        {
            text.Append('`').Append((string?)tag.Attribute("langword") ?? tag.Value).Append('`');
            return;
        }

        var name = reference[2..].Split('(')[0].Split('.')[^1].Split('`')[0];
        text.Append('`').Append(reference[0] is 'T' ? SchemaName(name) : Wire(name)).Append('`');
    }

    private static string Wire(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    [GeneratedRegex(@"\s*\((mobieus|service\s?os|headoni)\b[^)]*\)", RegexOptions.IgnoreCase)]
    private static partial Regex SourcePattern();

    [GeneratedRegex(@"\s+")]
    private static partial Regex SpacePattern();

    [GeneratedRegex(@"[ ]*\n[ ]*\n\s*")]
    private static partial Regex BlankPattern();
}
