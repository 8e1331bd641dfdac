using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Helpdesk.Host.Postgres;

/// <summary>Where a cluster listens: a socket in a private folder, or a port of the loopback address where sockets fail.</summary>
/// <param name="Host">The socket's folder, or 127.0.0.1.</param>
/// <param name="Port">The port, which is also a part of the socket's name.</param>
internal sealed partial record ClusterEndpoint(string Host, int Port)
{
    private const int SocketPort = 5432;

    // The system's limit is 107 bytes on Linux and 103 on macOS.
    private const int LongestSocketPath = 100;

    public bool IsSocket => Host.StartsWith('/');

    /// <summary>Chooses where to listen, and makes the socket's folder.</summary>
    public static async Task<ClusterEndpoint> ChooseAsync(IEnumerable<string> socketFolders, ClusterAccount account)
    {
        foreach (var folder in socketFolders.Where(IsUsableName))
        {
            if (!TryMakeSocketFolder(folder))
                continue;
            await account.TakeAsync(folder);
            return new ClusterEndpoint(folder, SocketPort);
        }

        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new ClusterEndpoint(IPAddress.Loopback.ToString(), ((IPEndPoint)probe.LocalEndpoint).Port);
    }

    /// <summary>The folders to try, best first. The second has a name that nobody can have taken before.</summary>
    public static IEnumerable<string> SocketFolders(ClusterFolder folder) =>
        [Path.Combine(folder.Home, "run"), $"/tmp/helpdesk-{RandomNumberGenerator.GetHexString(16, lowercase: true)}"];

    /// <summary>Writes down where the server listens, for people: <c>psql "$(cat postgres.connection)"</c>.</summary>
    public void Write(ClusterFolder folder)
    {
        var passwordFile = folder.PasswordFile.Replace(@"\", @"\\").Replace("'", @"\'");
        var fresh = folder.ConnectionFile + ".new";
        File.WriteAllText(fresh,
            $"host='{Host}' port='{Port}' dbname='postgres' user='{PostgresCluster.Superuser}' passfile='{passwordFile}'\n");
        File.Move(fresh, folder.ConnectionFile, overwrite: true);
    }

    /// <summary>Removes the socket's folder where it lies outside the cluster's own, once the server has stopped.</summary>
    public void Forget(ClusterFolder folder)
    {
        if (!IsSocket || Host.StartsWith(folder.Home + "/", StringComparison.Ordinal))
            return;
        try
        {
            Directory.Delete(Host);
        }
        catch (IOException)
        {
            // gone already, or another's by now
        }
    }

    /// <summary>The lines of PostgreSQL's configuration that make it listen here.</summary>
    public string Settings() => IsSocket
        ? $"listen_addresses = ''\nunix_socket_directories = '{Host}'\nunix_socket_permissions = 0700\nport = {Port}\n"
        : $"listen_addresses = '{Host}'\nunix_socket_directories = ''\nport = {Port}\n";

    public string ConnectionString(string database, string user, string password, bool pooling = true) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = Host,
            Port = Port,
            Database = database,
            Username = user,
            Password = password,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Pooling = pooling,
            Timeout = 15,
        }.ConnectionString;

    private static bool IsUsableName(string folder) =>
        PlainPath().IsMatch(folder)
        && Encoding.UTF8.GetByteCount($"{folder}/.s.PGSQL.{SocketPort}") <= LongestSocketPath;

    // Shared folders of virtual machines take files but no sockets, so one is tried.
    private static bool TryMakeSocketFolder(string folder)
    {
        var trial = Path.Combine(folder, "trial");
        try
        {
            Directory.CreateDirectory(folder);
            ClusterFolder.SetMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Delete(trial);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(trial));
            File.Delete(trial);
            return true;
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Commas and quotes mean something else in PostgreSQL's and Npgsql's lists of hosts.
    [GeneratedRegex(@"^/[A-Za-z0-9/._\- ]+$")]
    private static partial Regex PlainPath();
}
