using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Helpdesk.Access;

/// <summary>The text of API keys (mobieus 2): a prefix that tells the environment, and 32 random bytes in base64url.</summary>
internal static class KeyText
{
    public const string LivePrefix = "mc_live_";
    public const string TestPrefix = "mc_test_";

    // What is kept readable, so that people can tell keys apart.
    private const int Shown = 12;
    private const int RandomLength = 43;

    public static string New(bool isTest) =>
        (isTest ? TestPrefix : LivePrefix) + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string PrefixOf(string token) => token[..Shown];

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.ASCII.GetBytes(token));

    /// <summary>Whether the text can be a key at all, so that anything else is refused without a look into the database.</summary>
    public static bool IsWellFormed(string token) =>
        token.Length == LivePrefix.Length + RandomLength
        && (token.StartsWith(LivePrefix, StringComparison.Ordinal) || token.StartsWith(TestPrefix, StringComparison.Ordinal))
        && Base64Url.IsValid(token.AsSpan(LivePrefix.Length));
}
