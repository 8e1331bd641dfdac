using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Helpdesk.TestKit;

/// <summary>
/// pgbouncer in transaction mode between a server and its database. <c>HELPDESK_TEST_POOLER=1</c> puts one before the server that all tests
/// share, as <c>build/test-pgbouncer</c> does.
/// </summary>
public static class Pooler
{
    private const string Guard = """
        trap '' INT TERM HUP
        "$@" >"$0/log" 2>&1 &
        read -r _
        kill -TERM $!
        wait
        rm -rf "$0"
        """;

    // Referred to for good: with the process object its input would be closed, which ends the pooler.
    private static readonly List<Process> Started = [];

    /// <summary>The program, where it is installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin").Split(':')
        .Select(folder => Path.Combine(folder, "pgbouncer")).FirstOrDefault(File.Exists);

    /// <summary>Whether the shared server is to run behind one.</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable("HELPDESK_TEST_POOLER") is "1";

    /// <summary>Starts one for the life of this process; answers how to connect through it.</summary>
    public static async Task<string> StartAsync(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        var folder = Directory.CreateTempSubdirectory("helpdesk-pooler-").FullName;
        var port = FreePort();
        var settings = Path.Combine(folder, "pgbouncer.ini");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            {database.Database} = host='{database.Host}' port={database.Port} dbname='{database.Database}' user='{database.Username}' password='{database.Password}'

            [pgbouncer]
            pool_mode = transaction
            default_pool_size = 6
            max_client_conn = 200
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            """);
        // It refuses to be root, and only the owner of the database's socket may use it.
        string[] user = Environment.IsPrivilegedProcess ? ["--user", await OwnerAsync(database.Host!)] : [];
        Started.Add(Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Guard, folder, Program!, .. user, settings]) { RedirectStandardInput = true })!);
        var through = new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = port }.ConnectionString;
        await AnswersAsync(through, Path.Combine(folder, "log"));
        return through;
    }

    private static async Task AnswersAsync(string through, string log)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(through + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException exception)
            {
                if (attempt == 50)
                    throw new InvalidOperationException($"pgbouncer does not answer: {await File.ReadAllTextAsync(log)}", exception);
                await Task.Delay(100);
            }
        }
    }

    private static async Task<string> OwnerAsync(string host)
    {
        if (!host.StartsWith('/'))
            return "nobody";
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%U", host]) { RedirectStandardOutput = true })!;
        return (await stat.StandardOutput.ReadToEndAsync()).Trim();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
