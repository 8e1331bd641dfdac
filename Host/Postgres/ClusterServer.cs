using System.Diagnostics;
using Npgsql;

namespace Helpdesk.Host.Postgres;

/// <summary>Starts, finds and stops the processes of one cluster.</summary>
internal sealed class ClusterServer(ClusterFolder folder, ClusterAccount account, PostgresBinaries binaries)
{
    private const int SecondsToStart = 600; // a crash may leave much to replay
    private const int SecondsToStop = 60;
    private static readonly TimeSpan OrphansMayTake = TimeSpan.FromSeconds(15);

    // Every process of a cluster has the cluster as its working directory. Asked as the cluster's own account, because a
    // container's root may not look at the processes of others. A zombie has no working directory.
    private const string ListProcesses = """
        if [ -d /proc/self ]; then
            for p in /proc/[0-9]*; do
                read -r name < "$p/comm" && [ "$name" = postgres ] && [ "$p/cwd" -ef "$1" ] && echo "${p#/proc/}"
            done
        else
            lsof -t -a -c postgres -d cwd "$1"
        fi 2>/dev/null
        exit 0
        """;

    private string PidFile => Path.Combine(folder.Cluster, "postmaster.pid");

    /// <summary>Where the server of this cluster says that it listens; null when none has written so.</summary>
    public static ClusterEndpoint? WrittenEndpoint(ClusterFolder folder)
    {
        // process, data directory, start, port, socket folder, address, …
        var lines = PidFileLines(folder);
        if (lines.Length < 6 || !int.TryParse(lines[3], out var port))
            return null;
        var host = lines[4].Length > 0 ? lines[4] : lines[5];
        return host.Length > 0 ? new ClusterEndpoint(host, port) : null;
    }

    /// <summary>Whether this very cluster answers a query. A wrong password counts as no answer, and is told apart.</summary>
    public static async Task<(bool Answers, bool WrongPassword)> AskAsync(
        ClusterFolder folder, ClusterEndpoint endpoint, string password, CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                endpoint.ConnectionString("postgres", PostgresCluster.Superuser, password, pooling: false));
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand("select current_setting('data_directory')", connection);
            return ((string?)await command.ExecuteScalarAsync(ct) == PidFileLines(folder).ElementAtOrDefault(1), false);
        }
        catch (PostgresException error)
        {
            return (false, error.SqlState == PostgresErrorCodes.InvalidPassword);
        }
        catch (NpgsqlException)
        {
            return (false, false);
        }
    }

    /// <summary>
    /// The endpoint of a server that an earlier process left running, once it answers. Null when none runs; then a stale
    /// pid file is gone, which PostgreSQL would otherwise believe while any process has its number.
    /// </summary>
    public async Task<ClusterEndpoint?> AdoptAsync(Func<string> password, CancellationToken ct)
    {
        var waited = Stopwatch.StartNew();
        while (File.Exists(PidFile))
        {
            var endpoint = WrittenEndpoint(folder);
            var (answers, wrongPassword) = endpoint is null ? default : await AskAsync(folder, endpoint, password(), ct);
            if (answers)
                return endpoint;

            var alive = await ProcessesAsync(ct);
            if (alive.Length == 0)
            {
                File.Delete(PidFile);
                return null;
            }

            var serverLives = alive.Contains(PidFileLines(folder).FirstOrDefault());
            if (serverLives && wrongPassword)
                throw new PostgresClusterException(
                    $"The PostgreSQL running in {folder.Cluster} refuses the password in {folder.PasswordFile}; put the right one back.");
            if (!serverLives && waited.Elapsed > OrphansMayTake)
                throw new PostgresClusterException(
                    $"PostgreSQL in {folder.Cluster} crashed and left working processes behind; end them with: kill {string.Join(' ', alive)}");
            if (waited.Elapsed > TimeSpan.FromSeconds(SecondsToStart))
                throw new PostgresClusterException(
                    $"A PostgreSQL runs in {folder.Cluster} but has not answered for {SecondsToStart / 60} minutes; see its log there.");
            await Task.Delay(100, ct);
        }

        return null;
    }

    /// <summary>Starts the server and waits until it answers.</summary>
    public async Task StartAsync()
    {
        File.Delete(folder.StartLog);
        // Not cancelled half-way: a server that nobody owns would be left behind.
        var outcome = await account.RunAsync(binaries.Program("pg_ctl"),
            ["start", "--wait", "--timeout", $"{SecondsToStart}", "--silent", "--pgdata", folder.Cluster, "--log", folder.StartLog]);
        if (!outcome.Succeeded)
            throw new PostgresClusterException($"PostgreSQL did not start in {folder.Cluster}: {WhyNotStarted(outcome)}");
    }

    /// <summary>Ends all sessions and stops the server; nothing happens when it does not run.</summary>
    public async Task StopAsync()
    {
        foreach (var mode in new[] { "fast", "immediate" })
        {
            if (!File.Exists(PidFile))
                return;
            await account.RunAsync(binaries.Program("pg_ctl"),
                ["stop", "--wait", "--timeout", $"{SecondsToStop}", "--silent", "--mode", mode, "--pgdata", folder.Cluster]);
        }

        var waited = Stopwatch.StartNew();
        while (File.Exists(PidFile) && waited.Elapsed < OrphansMayTake)
        {
            if ((await ProcessesAsync(CancellationToken.None)).Length == 0)
                return; // it had crashed, and the next start removes the file
            await Task.Delay(100);
        }

        if (File.Exists(PidFile))
            throw new PostgresClusterException($"PostgreSQL in {folder.Cluster} does not stop; see its log there.");
    }

    private static string[] PidFileLines(ClusterFolder folder)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(folder.Cluster, "postmaster.pid")).Select(line => line.Trim()).ToArray();
        }
        catch (IOException)
        {
            return []; // gone between two looks
        }
    }

    private async Task<string[]> ProcessesAsync(CancellationToken ct)
    {
        var listed = await account.RunAsync("/bin/sh", ["-c", ListProcesses, "sh", folder.Cluster], ct);
        return listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private string WhyNotStarted(ProgramOutcome outcome)
    {
        var logs = Path.Combine(folder.Cluster, "log");
        var newest = Directory.Exists(logs)
            ? new DirectoryInfo(logs).EnumerateFiles().OrderByDescending(x => x.LastWriteTimeUtc).Take(1).Select(x => x.FullName)
            : [];
        var lines = newest.Prepend(folder.StartLog).Where(File.Exists).SelectMany(File.ReadLines).ToList();
        return lines.LastOrDefault(x => x.Contains("FATAL:") || x.Contains("PANIC:"))
            ?? lines.LastOrDefault()
            ?? outcome.Output;
    }
}
