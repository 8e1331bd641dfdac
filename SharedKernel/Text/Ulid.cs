using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Helpdesk.SharedKernel.Text;

/// <summary>Makes ULIDs: 26 characters of Crockford's base 32, 48 bits of milliseconds and 80 random bits.</summary>
public static class Ulid
{
    private const int Length = 26;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>The text of 128 bits.</summary>
    /// <param name="bits">16 bytes, the time first.</param>
    public static string Write(ReadOnlySpan<byte> bits)
    {
        var value = BinaryPrimitives.ReadUInt128BigEndian(bits);
        return string.Create(Length, value, static (text, rest) =>
        {
            for (var i = Length - 1; i >= 0; i--, rest >>= 5)
                text[i] = Alphabet[(int)(uint)(rest & 31)];
        });
    }

    /// <summary>Reads such a text; letter case counts. False when it is none.</summary>
    /// <param name="text">26 characters.</param>
    /// <param name="bits">16 bytes to write to.</param>
    public static bool TryRead(ReadOnlySpan<char> text, Span<byte> bits)
    {
        var value = UInt128.Zero;
        if (text.Length != Length || text[0] > '7')
            return false;
        foreach (var c in text)
        {
            var digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
                return false;
            value = value << 5 | (uint)digit;
        }

        BinaryPrimitives.WriteUInt128BigEndian(bits, value);
        return true;
    }

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
