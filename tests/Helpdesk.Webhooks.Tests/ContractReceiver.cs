using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Helpdesk.Webhooks.Tests;

/// <summary>
/// Verifies calls as somebody would who has read the documentation and nothing else: HMAC-SHA256 over the time, a dot and the raw body, under
/// the secret; not older or newer than 300 seconds; one of the signatures is enough.
/// </summary>
internal static class ContractReceiver
{
    public static bool Verifies(Call call, string secret, DateTimeOffset? now = null)
    {
        var parts = call.Headers["Mobieus-Signature"].Split(',');
        if (!parts[0].StartsWith("t=", StringComparison.Ordinal) || !long.TryParse(parts[0][2..], NumberStyles.None, CultureInfo.InvariantCulture, out var time))
            return false;
        if (Math.Abs((now ?? call.At).ToUnixTimeSeconds() - time) > 300)
            return false;
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{time}."), .. call.Body];
        var expected = Convert.ToHexString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), signed)).ToLowerInvariant();
        return parts[1..].Any(part => part == "v1=" + expected);
    }
}
