using System.Buffers.Text;
using System.Security.Cryptography;
using Helpdesk.SharedKernel.Secrets;

namespace Helpdesk.Webhooks.Signing;

/// <summary>Makes the secrets that sign deliveries, and keeps them encrypted.</summary>
internal sealed class SigningSecrets(SecretKeeper keeper)
{
    /// <summary>What every secret begins with.</summary>
    public const string Prefix = "whsec_";

    private const string Purpose = "webhooks.signing";
    private const int Length = 32;

    /// <summary>
    /// A new secret: 32 random bytes in base64url (mobieus 7). Only such as are plain base64 too, since libraries for Standard Webhooks read
    /// it as that; every fourth is, and two of its 256 bits are lost by it.
    /// </summary>
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[Length];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            var text = Base64Url.EncodeToString(bytes);
            if (text.AsSpan().IndexOfAny('-', '_') < 0)
                return Prefix + text;
        }
    }

    /// <summary>Encrypts a secret of the tenant.</summary>
    public byte[] Protect(long tenantId, string secret) => keeper.Protect(Purpose, tenantId, secret);

    /// <summary>Reads it back.</summary>
    /// <exception cref="CryptographicException">Its key is gone, or it is another tenant's.</exception>
    public string Unprotect(long tenantId, byte[] kept) => keeper.Unprotect(Purpose, tenantId, kept);
}
