using System.Text;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>The beginning of a response's body, as a text that the database can keep.</summary>
internal static class ResponseText
{
    private const int Most = 2048;

    // The status has decided already, so a body that trickles in is not waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Reads up to 2 KB and leaves the rest. What cannot be read is not there; a body that breaks off is as long as it came.</summary>
    public static async Task<string> ReadAsync(HttpContent content, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        var (bytes, length) = (new byte[Most], 0);
        try
        {
            await using var stream = await content.ReadAsStreamAsync(limit.Token);
            while (length < Most && await stream.ReadAsync(bytes.AsMemory(length), limit.Token) is > 0 and var read)
                length += read;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            // The status stands.
        }

        return Of(bytes.AsSpan(0, length), isCut: length == Most);
    }

    /// <summary>UTF-8 with signs in place of what is none; a character that the end cuts in two is left out.</summary>
    internal static string Of(ReadOnlySpan<byte> bytes, bool isCut)
    {
        if (isCut && Rune.DecodeLastFromUtf8(bytes, out _, out var broken) is System.Buffers.OperationStatus.NeedMoreData)
            bytes = bytes[..^broken];
        return Encoding.UTF8.GetString(bytes).Replace('\0', '\uFFFD');
    }
}
