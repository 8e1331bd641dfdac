using System.Text.Json;

namespace Helpdesk.Audit.Contracts;

/// <summary>Verifies an exported log without database and server.</summary>
public static class AuditFile
{
    /// <summary>Reads the logs of a file one after the other and compares each with its seals and checkpoints.</summary>
    /// <param name="file">The lines.</param>
    /// <param name="publicKeys">The keys to believe, PEM, one after the other.</param>
    /// <param name="kept">Checkpoints that were kept elsewhere, as lines of JSON.</param>
    /// <returns>For each log the tenant's slug and what was found.</returns>
    /// <exception cref="FormatException">The file is no export.</exception>
    public static async IAsyncEnumerable<(string Tenant, AuditVerification Found)> VerifyAsync(
        TextReader file, string publicKeys, IReadOnlyList<AuditCheckpointView> kept)
    {
        var keys = SigningKeys.Of(publicKeys);
        AuditFileLog? log = null;
        for (var number = 1; await file.ReadLineAsync() is { } text; number++)
        {
            using var line = Parse(text, number);
            if (AuditLine.Text(line.RootElement, "kind") == "log")
            {
                if (log is not null)
                    yield return (log.Tenant, log.End());
                log = new AuditFileLog(line.RootElement, keys, kept);
            }
            else
            {
                (log ?? throw new FormatException($"Line {number} stands before the first log.")).Read(line.RootElement, number);
            }
        }

        if (log is not null)
            yield return (log.Tenant, log.End());
    }

    private static JsonDocument Parse(string text, int number)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            throw new FormatException($"Line {number} is no JSON object.");
        }
    }
}
