using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Helpdesk.SharedKernel.Http.Dialects;

namespace Helpdesk.Access;

/// <summary>The text of API keys (mobieus 2, headoni 2): a prefix that tells dialect and environment, and 32 random bytes in base64url.</summary>
internal static class KeyText
{
    // What is kept readable beside the prefix, so that people can tell keys apart.
    private const int Shown = 4;
    private const int RandomLength = 43;

    public static string New(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string PrefixOf(string token) => token[..(token.Length - RandomLength + Shown)];

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.ASCII.GetBytes(token));

    /// <summary>Whether the text can be a key of the dialect at all, so that anything else is refused without a look into the database.</summary>
    public static bool IsWellFormed(KeyForm form, string token) =>
        token.Length > RandomLength && IsPrefix(form, token.AsSpan(0, token.Length - RandomLength)) && Base64Url.IsValid(token.AsSpan(token.Length - RandomLength));

    private static bool IsPrefix(KeyForm form, ReadOnlySpan<char> prefix) =>
        prefix.SequenceEqual(form.Live) || (form.Test is not null && prefix.SequenceEqual(form.Test));
}
