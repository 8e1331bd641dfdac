using System.Text;

namespace Helpdesk.AI;

/// <summary>How long texts are for a model, and how they are made to fit. Estimates: exact counts are only known afterwards.</summary>
internal static class Tokens
{
    private const int BytesEach = 3;

    /// <summary>About how many tokens a text has: one for three bytes of it.</summary>
    public static int Of(string text) => (Encoding.UTF8.GetByteCount(text) + BytesEach - 1) / BytesEach;

    /// <summary>The text where it fits; else its beginning and its end, with a mark between them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most tokens of what is kept, without the mark.</param>
    public static string Fit(string text, int most)
    {
        if (Of(text) <= most)
            return text;
        var head = Length(text, most * BytesEach * 2 / 3, fromEnd: false);
        var tail = Length(text, most * BytesEach / 3, fromEnd: true);
        return $"{text[..head]}\n[… {text.Length - head - tail} characters left out …]\n{text[^tail..]}";
    }

    /// <summary>
    /// Which entries of a thread are kept: as many of the oldest and of the newest as fit, the first and the last in any case; of what fits, the
    /// newest get two thirds.
    /// </summary>
    /// <param name="sizes">The tokens of each entry, oldest first.</param>
    /// <param name="most">The most tokens of all that are kept.</param>
    /// <returns>How many are kept at the beginning and how many at the end; together at most all.</returns>
    public static (int Head, int Tail) Keep(IReadOnlyList<int> sizes, int most)
    {
        if (sizes.Count <= 2 || sizes.Sum() <= most)
            return (sizes.Count, 0);
        var left = most - sizes[0] - sizes[^1];
        var (head, tail, newest) = (1, 1, left * 2 / 3);
        while (head + tail < sizes.Count && sizes[sizes.Count - 1 - tail] <= newest)
        {
            newest -= sizes[sizes.Count - 1 - tail];
            left -= sizes[sizes.Count - 1 - tail];
            tail++;
        }

        while (head + tail < sizes.Count && sizes[head] <= left)
        {
            left -= sizes[head];
            head++;
        }

        return (head, tail);
    }

    /// <summary>How many characters have at most so many bytes; never half of a surrogate pair.</summary>
    private static int Length(string text, int bytes, bool fromEnd)
    {
        var length = 0;
        while (length < text.Length)
        {
            var at = fromEnd ? text.Length - 1 - length : length;
            var isPair = fromEnd ? at > 0 && char.IsSurrogatePair(text, at - 1) : char.IsSurrogatePair(text, at);
            bytes -= isPair ? 4 : text[at] < 0x80 ? 1 : text[at] < 0x800 ? 2 : 3;
            if (bytes < 0)
                break;
            length += isPair ? 2 : 1;
        }

        return length;
    }
}
