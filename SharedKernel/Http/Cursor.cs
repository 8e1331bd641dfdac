using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Helpdesk.SharedKernel.Results;

namespace Helpdesk.SharedKernel.Http;

/// <summary>
/// The place in a list where a page ends: the sort key of its last row, sealed with a checksum over the list it belongs to. A cursor of
/// another list, of other filters or another tenant, cut short or altered is refused.
/// </summary>
public static class Cursor
{
    private const string Prefix = "cur_";
    private const char Separator = '\u001f';
    private const int LeastSeal = 8;

    // The decoder reads over white space and padding, which would let one cursor be written in many ways.
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>What to answer to a cursor that this list did not give.</summary>
    public static readonly Error Invalid =
        new("invalid_cursor", ErrorKind.Malformed, "This cursor was not issued by this list with these filters.");

    /// <summary>Makes a cursor.</summary>
    /// <param name="list">Names the list: tenant, route and filters.</param>
    /// <param name="key">The sort key of the last row of the page.</param>
    public static string Encode(string list, params ReadOnlySpan<string> key)
    {
        var payload = Encoding.UTF8.GetBytes(string.Join(Separator, key));
        Span<byte> bytes = stackalloc byte[payload.Length + LeastSeal + 2];
        payload.CopyTo(bytes);
        var sealLength = SealLength(payload.Length);
        Seal(list, payload).AsSpan(0, sealLength).CopyTo(bytes[payload.Length..]);
        return Prefix + Base64Url.EncodeToString(bytes[..(payload.Length + sealLength)]);
    }

    /// <summary>Reads a cursor. Null when it is not one of this list.</summary>
    /// <param name="cursor">What the client sent.</param>
    /// <param name="list">Names the list, as when the cursor was made.</param>
    /// <param name="parts">How many parts the sort key has.</param>
    public static string[]? Decode(string cursor, string list, int parts)
    {
        if (!cursor.StartsWith(Prefix, StringComparison.Ordinal) || cursor.Length > 2048
            || cursor.AsSpan(4).ContainsAnyExcept(Alphabet) || !Base64Url.IsValid(cursor.AsSpan(4)))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(cursor.AsSpan(4));
        // The seal brings the whole to a multiple of three bytes, so that no bit of the text is left without meaning.
        for (var length = bytes.Length - LeastSeal; length >= Math.Max(0, bytes.Length - LeastSeal - 2); length--)
        {
            if (SealLength(length) != bytes.Length - length)
                continue;
            var payload = bytes.AsSpan(0, length);
            if (!Seal(list, payload).AsSpan(0, bytes.Length - length).SequenceEqual(bytes.AsSpan(length)))
                continue;
            var key = Encoding.UTF8.GetString(payload).Split(Separator);
            return key.Length == parts ? key : null;
        }

        return null;
    }

    private static int SealLength(int payload) => LeastSeal + (3 - (payload + LeastSeal) % 3) % 3;

    private static byte[] Seal(string list, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(list));
        hash.AppendData([0]);
        hash.AppendData(payload);
        return hash.GetHashAndReset();
    }
}
