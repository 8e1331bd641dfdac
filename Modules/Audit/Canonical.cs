using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Helpdesk.Audit;

/// <summary>
/// Writes values as bytes in exactly one way, simple enough for a verifier in any language: each as the number of its UTF-8 bytes, a
/// colon, the bytes and a comma; <c>-,</c> for none.
/// </summary>
internal static class Canonical
{
    /// <summary>The bytes of the values.</summary>
    public static byte[] Bytes(params ReadOnlySpan<string?> values) => Write(values).WrittenSpan.ToArray();

    /// <summary>SHA-256 over the bytes of the values.</summary>
    public static byte[] Hash(params ReadOnlySpan<string?> values) => SHA256.HashData(Write(values).WrittenSpan);

    /// <summary>A time, UTC, to the microsecond: as precise as the database keeps it.</summary>
    public static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    /// <summary>A number.</summary>
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static ArrayBufferWriter<byte> Write(ReadOnlySpan<string?> values)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        foreach (var value in values)
        {
            if (value is null)
            {
                bytes.Write("-,"u8);
                continue;
            }

            Encoding.ASCII.GetBytes(Number(Encoding.UTF8.GetByteCount(value)), bytes);
            bytes.Write(":"u8);
            Encoding.UTF8.GetBytes(value, bytes);
            bytes.Write(","u8);
        }

        return bytes;
    }
}
