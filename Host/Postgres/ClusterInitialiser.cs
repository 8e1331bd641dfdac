using System.Security.Cryptography;

namespace Helpdesk.Host.Postgres;

/// <summary>Makes a cluster: initdb into a folder beside the final one, which is renamed once all of it is there.</summary>
internal static class ClusterInitialiser
{
    // Byte order, which no upgrade of the system's library changes, with Unicode's letters where the system knows them.
    private static readonly string[][] Locales =
        [["--locale=C.UTF-8"], ["--locale=C", "--lc-ctype=en_US.UTF-8"], ["--locale=C"]];

    public static async Task InitialiseAsync(
        ClusterFolder folder, ClusterAccount account, PostgresBinaries binaries, bool durable, CancellationToken ct)
    {
        if (Directory.Exists(folder.Cluster))
            RemoveEmpty(folder.Cluster);
        foreach (var leftover in Directory.GetDirectories(folder.Home, "postgres.new-*"))
            Directory.Delete(leftover, recursive: true);

        var suffix = RandomNumberGenerator.GetHexString(8, lowercase: true);
        var unfinished = Path.Combine(folder.Home, $"postgres.new-{suffix}");
        var passwordFile = Path.Combine(folder.Home, $"postgres.password-{suffix}");
        try
        {
            ClusterFolder.WritePrivate(passwordFile, folder.MakePassword() + "\n");
            await account.TakeAsync(passwordFile);
            await InitdbAsync(unfinished, passwordFile, account, binaries, durable, ct);
            await File.AppendAllTextAsync(
                Path.Combine(unfinished, "postgresql.conf"), "\n# Written by Helpdesk at each start.\ninclude '../postgres.conf'\n", ct);
            Directory.Move(unfinished, folder.Cluster);
        }
        finally
        {
            File.Delete(passwordFile);
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
        }
    }

    private static async Task InitdbAsync(
        string target, string passwordFile, ClusterAccount account, PostgresBinaries binaries, bool durable, CancellationToken ct)
    {
        ProgramOutcome? outcome = null;
        foreach (var locale in Locales)
        {
            if (Directory.Exists(target))
                Directory.Delete(target, recursive: true);
            Directory.CreateDirectory(target);
            await account.TakeAsync(target);

            string[] arguments =
            [
                "--pgdata", target, "--username", PostgresCluster.Superuser, "--pwfile", passwordFile,
                "--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--encoding=UTF8", "--data-checksums",
                "--no-instructions", .. locale, .. durable ? (string[])[] : ["--no-sync"],
            ];
            outcome = await account.RunAsync(binaries.Program("initdb"), arguments, ct);
            if (outcome.Succeeded)
                return;
            if (!outcome.Output.Contains("locale"))
                break;
        }

        var reason = outcome!.Output.Split('\n').LastOrDefault(x => x.Contains("error:") || x.Contains("FATAL:"))
            ?? $"it ended with code {outcome.ExitCode}";
        throw new PostgresClusterException($"initdb could not make a database in {Path.GetDirectoryName(target)}: {reason.Trim()}");
    }

    private static void RemoveEmpty(string cluster)
    {
        try
        {
            Directory.Delete(cluster);
        }
        catch (IOException error)
        {
            throw new PostgresClusterException($"{cluster} exists and is not a database; move it away.", error);
        }
    }
}
