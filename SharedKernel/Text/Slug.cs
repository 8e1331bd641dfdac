using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Helpdesk.SharedKernel.Text;

/// <summary>Slugs: lower-case words of ASCII letters and digits joined by single hyphens, at most 64 characters.</summary>
public static partial class Slug
{
    /// <summary>The longest slug.</summary>
    public const int MaxLength = 64;

    // The letters from U+00C0 to U+017F without their accents. Written out, because the process runs without the data of any culture and
    // cannot take letters apart.
    private static readonly string[] Plain = (
        "a a a a a a ae c e e e e i i i i d n o o o o o - o u u u u y th ss a a a a a a ae c e e e e i i i i d n o o o " +
        "o o - o u u u u y th y a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g g g g g h h h h i i i " +
        "i i i i i i i ij ij j j k k k l l l l l l l l l l n n n n n n n n n o o o o o o oe oe r r r r r r s s s s s s " +
        "s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s")
        .Split(' ');

    /// <summary>Whether the text is a slug.</summary>
    public static bool IsValid(string text) => text.Length <= MaxLength && Pattern().IsMatch(text);

    /// <summary>Makes a slug of a name: the accents of Latin letters fall away, everything else that is no letter or digit becomes a hyphen. Can be empty.</summary>
    public static string From(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (slug.Length >= MaxLength)
                break;
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (c is >= '\u00c0' and <= '\u017f' && Plain[c - '\u00c0'] is var letters and not "-")
                slug.Append(letters);
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        slug.Length = Math.Min(slug.Length, MaxLength);
        return slug.ToString().TrimEnd('-');
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Pattern();
}
