using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Helpdesk.SharedKernel.Text;

/// <summary>Slugs: lower-case words of ASCII letters and digits joined by single hyphens, at most 64 characters.</summary>
public static partial class Slug
{
    /// <summary>The longest slug.</summary>
    public const int MaxLength = 64;

    /// <summary>Whether the text is a slug.</summary>
    public static bool IsValid(string text) => text.Length <= MaxLength && Pattern().IsMatch(text);

    /// <summary>Makes a slug of a name: accents fall away, everything else that is no letter or digit becomes a hyphen. Can be empty.</summary>
    public static string From(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
            if (slug.Length == MaxLength)
                break;
        }

        return slug.ToString().TrimEnd('-');
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Pattern();
}
