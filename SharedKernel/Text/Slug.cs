using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Helpdesk.SharedKernel.Text;

/// <summary>Slugs: lower-case words of ASCII letters and digits joined by single hyphens, at most 64 characters.</summary>
public static partial class Slug
{
    /// <summary>The longest slug.</summary>
    public const int MaxLength = 64;

    // The letters behind accented ones from U+00C0 and from U+1E00 on: this process runs without the tables that normalising needs.
    private const char FirstLatin = '\u00c0';
    private const char FirstAdditional = '\u1e00';
    private const string Latin =
        "aaaaaa-ceeeeiiii-nooooo--uuuuy--aaaaaa-ceeeeiiii-nooooo--uuuuy-yaaaaaaccccccccdd--eeeeeeeeeegggg"
        + "gggghh--iiiiiiiii---jjkk-llllll----nnnnnn---oooooo--rrrrrrsssssssstttt--uuuuuuuuuuuuwwyyyzzzzzz-"
        + "--------------------------------oo-------------uu----------------------------aaiioouuuuuuuuuu-aa"
        + "aa----ggkkoooo--j---gg--nnaa----aaaaeeeeiiiioooorrrruuuusstt--hh------aaeeooooooooyy------------"
        + "----------------";
    private const string Additional =
        "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrr"
        + "ssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy------aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
        + "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy------";

    /// <summary>Whether the text is a slug.</summary>
    public static bool IsValid(string text) => text.Length <= MaxLength && Pattern().IsMatch(text);

    /// <summary>Makes a slug of a name: accents fall away, everything else that is no letter or digit becomes a hyphen. Can be empty.</summary>
    public static string From(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            var c = Plain(letter);
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
            if (slug.Length == MaxLength)
                break;
        }

        return slug.ToString().TrimEnd('-');
    }

    /// <summary>The letter without its accent; other characters as they are.</summary>
    private static char Plain(char c) => c switch
    {
        >= FirstAdditional when c - FirstAdditional < Additional.Length => Additional[c - FirstAdditional],
        >= FirstLatin when c - FirstLatin < Latin.Length => Latin[c - FirstLatin],
        _ => c,
    };

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Pattern();
}
