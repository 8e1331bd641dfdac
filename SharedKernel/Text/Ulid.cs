using System.Security.Cryptography;

namespace Helpdesk.SharedKernel.Text;

/// <summary>Makes ULIDs: 26 characters of Crockford's base 32, 48 bits of milliseconds and 80 random bits.</summary>
public static class Ulid
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A new one.</summary>
    public static string Next() => string.Create(26, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), static (text, ms) =>
    {
        for (var i = 9; i >= 0; i--, ms >>= 5)
            text[i] = Alphabet[(int)(ms & 31)];
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        for (var i = 0; i < 16; i++)
            text[10 + i] = Alphabet[random[i] & 31];
    });
}
