using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Helpdesk.SharedKernel.Text;

/// <summary>Slugs: lower-case words of ASCII letters and digits joined by single hyphens, at most 64 characters.</summary>
public static partial class Slug
{
    /// <summary>The longest slug.</summary>
    public const int MaxLength = 64;

    // Written out: the process runs without the language data that could take letters apart.
    private static readonly Dictionary<char, char> Plain = new (char Plain, string Accented)[]
    {
        ('a', "àáâãäåāăąǎạảấầẩẫậắằẳẵặ"), ('c', "çćĉċč"), ('d', "ďđð"), ('e', "èéêëēĕėęěẹẻẽếềểễệ"), ('g', "ĝğġģ"), ('h', "ĥħ"),
        ('i', "ìíîïĩīĭįıỉị"), ('j', "ĵ"), ('k', "ķ"), ('l', "ĺļľŀł"), ('n', "ñńņňŋ"), ('o', "òóôõöøōŏőơọỏốồổỗộớờởỡợ"), ('r', "ŕŗř"),
        ('s', "śŝşšș"), ('t', "ţťŧț"), ('u', "ùúûüũūŭůűųưụủứừửữự"), ('w', "ŵ"), ('y', "ýÿŷỳỵỷỹ"), ('z', "źżž"),
    }.SelectMany(row => row.Accented, (row, accented) => (accented, row.Plain)).ToDictionary();

    /// <summary>Whether the text is a slug.</summary>
    public static bool IsValid(string text) => text.Length <= MaxLength && Pattern().IsMatch(text);

    /// <summary>Makes a slug of a name: accents fall away, everything else that is no letter or digit becomes a hyphen. Can be empty.</summary>
    public static string From(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            var plain = Plain.GetValueOrDefault(char.ToLowerInvariant(c), char.ToLowerInvariant(c));
            if (char.IsAsciiLetterOrDigit(plain))
                slug.Append(plain);
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
            if (slug.Length == MaxLength)
                break;
        }

        return slug.ToString().TrimEnd('-');
    }

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Pattern();
}
