using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Helpdesk.Webhooks.Signing;

/// <summary>Signs deliveries, with each of the secrets that are valid at the time, the newest first.</summary>
internal static class Signature
{
    /// <summary>The header <c>Mobieus-Signature</c> (mobieus 7): HMAC-SHA256 over time, a dot and the body, under the text of the secret.</summary>
    public static string Mobieus(long time, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        var header = new StringBuilder($"t={time}");
        foreach (var secret in secrets)
            header.Append(",v1=").Append(Convert.ToHexStringLower(Hash(Encoding.UTF8.GetBytes(secret), $"{time}.", body)));
        return header.ToString();
    }

    /// <summary>
    /// The header <c>webhook-signature</c> of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body with dots between, under the bytes that
    /// the secret stands for.
    /// </summary>
    public static string Standard(string id, long time, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        var header = new StringBuilder();
        foreach (var secret in secrets)
        {
            var key = Base64Url.DecodeFromChars(secret.AsSpan(SigningSecrets.Prefix.Length));
            header.Append(header.Length == 0 ? "v1," : " v1,").Append(Convert.ToBase64String(Hash(key, $"{id}.{time}.", body)));
        }

        return header.ToString();
    }

    private static byte[] Hash(byte[] key, string before, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes(before));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
