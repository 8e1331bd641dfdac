using System.Globalization;
using System.Text.Json;
using Helpdesk.Audit;
using Helpdesk.Audit.Contracts;
using Helpdesk.Host.Operation;
using Helpdesk.SharedKernel.Http;

namespace Helpdesk.Host.Commands;

/// <summary><c>audit</c>: proves, exports and shortens the audit log.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Proves, exports and shortens the audit log.") { Verify(), Checkpoint(), Export(), Keys(), Retain() };

    private static Command Verify()
    {
        var tenant = Tenant();
        var checkpoints = new Option<string?>("--checkpoints") { Description = "A file of checkpoints that was kept elsewhere, a line each." };
        var file = new Option<string?>("--file") { Description = "Verifies an exported file instead; wants no database." };
        var keys = new Option<string?>("--keys") { Description = "The public keys to believe, for --file; 'audit keys' prints them." };
        var command = new Command("verify",
            "Says whether any event was changed, removed, inserted or cut off, and names the first that was. Exit code 2 when so.")
        {
            tenant, checkpoints, file, keys,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var kept = await CheckpointsAsync(parsed.GetValue(checkpoints), ct);
            var broken = 0;
            if (parsed.GetValue(file) is { } path)
            {
                var pem = await ReadAsync(parsed.GetValue(keys) ?? throw new OperatorException("--file wants --keys."), ct);
                await foreach (var (slug, found) in FileAsync(path, pem, kept))
                    broken += Show(slug, found);
            }
            else
            {
                await EachAsync(parsed.GetValue(tenant), async (session, of) => broken += Show(of.Slug, await session.Audit.VerifyAsync(of, kept, ct)), ct);
            }

            return broken == 0 ? 0 : 2;
        });
        return command;
    }

    private static Command Checkpoint()
    {
        var (tenant, to) = (Tenant(), Out("Adds the lines to this file instead of printing them."));
        return new Command("checkpoint", "Signs how far the log has come, and prints it as a line of JSON. Keep it where nobody can change it together with the log.")
        {
            tenant, to,
        }.Does(async (parsed, ct) =>
        {
            await using var writer = Writer(parsed.GetValue(to), append: true);
            await EachAsync(parsed.GetValue(tenant), async (session, of) =>
            {
                if (await session.Audit.SignAsync(of, ct) is { } checkpoint)
                    await writer.WriteLineAsync(JsonSerializer.Serialize(checkpoint, WireJson.Options));
                else
                    await Console.Error.WriteLineAsync($"{of.Slug}: nothing is sealed yet, or there is no key: set Helpdesk__Audit__SigningKey_FILE");
            }, ct);
        });
    }

    private static Command Export()
    {
        var (tenant, to) = (Tenant(), Out("Writes to this file instead of printing."));
        return new Command("export", "Writes the log with its proof, one JSON object a line. 'audit verify --file' verifies it anywhere.") { tenant, to }
            .Does(async (parsed, ct) =>
            {
                await using var writer = Writer(parsed.GetValue(to), append: false);
                await EachAsync(parsed.GetValue(tenant), async (session, of) =>
                    await Console.Error.WriteLineAsync($"{of.Slug}: {await session.Audit.ExportAsync(of, writer, ct)} events"), ct);
            });
    }

    private static Command Keys() => new Command("keys", "Prints the public keys, PEM: they verify checkpoints and exports anywhere.").Does((_, ct) =>
        CommandOptions.WithSessionAsync(session =>
        {
            Console.Write(session.Audit.PublicKeys());
            return Task.CompletedTask;
        }, ct));

    private static Command Retain()
    {
        var months = new Option<int>("--months") { Description = "How many whole months before the present one are kept, 1 to 1200.", Required = true };
        var broken = new Option<bool>("--even-if-broken") { Description = "Goes on where a log does not verify; what is dropped cannot be looked at again." };
        return new Command("retain", "Drops the events of all tenants that are older, after signing that they may be gone.") { months, broken }
            .Does(async (parsed, ct) =>
            {
                if (parsed.GetRequiredValue(months) is not (>= 1 and <= 1200) and var wrong)
                    throw new OperatorException($"--months takes 1 to 1200, not {wrong}.");
                var now = DateTime.UtcNow;
                var before = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(-parsed.GetRequiredValue(months));
                await using var deployment = await Deployment.OpenAsync(Settings.Read(), ct);
                var dropped = await EventPartitions.DropAsync(deployment, before, parsed.GetValue(broken), ct);
                Console.WriteLine(dropped.Count == 0
                    ? $"nothing is older than {before.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"
                    : $"dropped {string.Join(", ", dropped)}");
            });
    }

    /// <summary>Does the work for the tenant of this slug, or for all.</summary>
    private static Task EachAsync(string? slug, Func<OperatorSession, Tenant, Task> work, CancellationToken ct) =>
        CommandOptions.WithSessionAsync(async session =>
        {
            foreach (var of in slug is null ? await session.TenantsAsync(ct) : [await session.TenantAsync(slug, ct)])
                await work(session, of);
        }, ct);

    private static int Show(string slug, AuditVerification found)
    {
        var extent = $"{found.Events} events under {found.Seals} seals and {found.Checkpoints} checkpoints, up to number {found.ToSeq}";
        Console.WriteLine(found.Intact
            ? $"{slug}: intact; {extent}{(found.Unsealed == 0 ? "" : $"; {found.Unsealed} wait for their seal")}"
            : $"{slug}: BROKEN at number {found.FirstFault!.Seq}: {found.FirstFault.Message}");
        return found.Intact ? 0 : 1;
    }

    private static async IAsyncEnumerable<(string, AuditVerification)> FileAsync(string path, string pem, IReadOnlyList<AuditCheckpointView> kept)
    {
        using var reader = Open(path);
        await using var logs = AuditFile.VerifyAsync(reader, pem, kept).GetAsyncEnumerator();
        while (await NextAsync())
            yield return logs.Current;

        async Task<bool> NextAsync()
        {
            try
            {
                return await logs.MoveNextAsync();
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                throw new OperatorException($"{path}: {exception.Message}");
            }
        }
    }

    private static async Task<List<AuditCheckpointView>> CheckpointsAsync(string? path, CancellationToken ct)
    {
        if (path is null)
            return [];
        try
        {
            return [.. (await ReadAsync(path, ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => JsonSerializer.Deserialize<AuditCheckpointView>(line, WireJson.Options)!)];
        }
        catch (JsonException)
        {
            throw new OperatorException($"{path} is no file of checkpoints.");
        }
    }

    private static Option<string?> Tenant() => new("--tenant") { Description = "The slug of the tenant; all when absent." };

    private static Option<string?> Out(string description) => new("--out") { Description = description };

    private static TextWriter Writer(string? path, bool append) => path is null
        ? Console.Out
        : Reading(path, () => new StreamWriter(path, append));

    private static StreamReader Open(string path) => Reading(path, () => new StreamReader(path));

    private static async Task<string> ReadAsync(string path, CancellationToken ct)
    {
        using var reader = Open(path);
        return await reader.ReadToEndAsync(ct);
    }

    private static T Reading<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path}: {exception.Message}");
        }
    }
}
