using System.Security.Cryptography;

namespace Helpdesk.Host.Postgres;

/// <summary>
/// The files of one cluster. They lie in Helpdesk's data folder, except where root's data folder is closed to the account
/// that PostgreSQL runs under: then the database lies in a folder under /var/lib/helpdesk, and the data folder says which.
/// </summary>
internal sealed class ClusterFolder
{
    private const string Elsewhere = "/var/lib/helpdesk";

    private ClusterFolder(string dataFolder, string home)
    {
        DataFolder = dataFolder;
        Home = home;
    }

    /// <summary>Helpdesk's data folder: secrets, and what a person looks for.</summary>
    public string DataFolder { get; }

    /// <summary>The folder around the cluster; the data folder itself where possible.</summary>
    public string Home { get; }

    /// <summary>PostgreSQL's own data directory.</summary>
    public string Cluster => Path.Combine(Home, "postgres");

    /// <summary>Settings written at each start and included by the cluster's postgresql.conf.</summary>
    public string Settings => Path.Combine(Home, "postgres.conf");

    /// <summary>Held open and locked by the one process that owns the cluster.</summary>
    public string Lock => Path.Combine(Home, "postgres.lock");

    /// <summary>The superuser's password, in the form of libpq's password file.</summary>
    public string PasswordFile => Path.Combine(DataFolder, "secrets", "postgres-superuser");

    /// <summary>Where the server listens, as a libpq connection string without a password.</summary>
    public string ConnectionFile => Path.Combine(DataFolder, "postgres.connection");

    /// <summary>PostgreSQL's first words, before its own log starts.</summary>
    public string StartLog => Path.Combine(Cluster, "start.log");

    /// <summary>Whether the cluster has been initialised.</summary>
    public bool Exists => File.Exists(Path.Combine(Cluster, "PG_VERSION"));

    /// <summary>The major version that made the cluster.</summary>
    public int Major => int.Parse(File.ReadAllText(Path.Combine(Cluster, "PG_VERSION")).Trim().Split('.')[0]);

    private static string LocationFile(string dataFolder) => Path.Combine(dataFolder, "postgres.location");

    /// <summary>The files of a cluster that was made before; nothing is created.</summary>
    public static ClusterFolder Of(string dataFolder)
    {
        dataFolder = Path.GetFullPath(dataFolder);
        var location = LocationFile(dataFolder);
        return new ClusterFolder(dataFolder, File.Exists(location) ? File.ReadAllText(location).Trim() : dataFolder);
    }

    /// <summary>The files of a cluster that is about to be used: folders are made, and a place is chosen once.</summary>
    public static async Task<(ClusterFolder Folder, ClusterAccount Account)> OpenAsync(string dataFolder, Action<string> say)
    {
        dataFolder = Path.GetFullPath(dataFolder);
        if (!Directory.Exists(dataFolder))
            MakePassable(dataFolder);

        var folder = Of(dataFolder);
        if (folder.Home != dataFolder)
            folder.CheckHome();

        var account = await ClusterAccount.ForAsync(folder);
        if (folder.Home != dataFolder || await account.CanEnterAsync(dataFolder))
            return (folder, account);

        if (folder.Exists)
            throw new PostgresClusterException(
                $"The account {account.Name} cannot enter {dataFolder}, where its database lies; let it pass through every folder "
                + "above with chmod o+x.");

        // A fresh name, so that a deleted data folder never meets the database of its predecessor.
        var home = Path.Combine(Elsewhere, RandomNumberGenerator.GetHexString(12, lowercase: true));
        if (!Directory.Exists(Elsewhere))
            MakePassable(Elsewhere);
        MakePassable(home);
        if (!await account.CanEnterAsync(home))
            throw new PostgresClusterException(
                $"The account {account.Name}, which PostgreSQL runs under, can enter neither {dataFolder} nor {Elsewhere}; "
                + "choose a data folder that it can reach.");

        folder = new ClusterFolder(dataFolder, home);
        File.WriteAllText(folder.BacklinkFile, dataFolder);
        File.WriteAllText(LocationFile(dataFolder), home + "\n");
        say($"The database lies in {home}, because {dataFolder} is closed to the account {account.Name}, "
            + "which PostgreSQL runs under.");
        return (folder, account);
    }

    /// <summary>The password of the superuser.</summary>
    public string ReadPassword()
    {
        try
        {
            return File.ReadAllText(PasswordFile).Trim().Split(':')[^1];
        }
        catch (UnauthorizedAccessException error)
        {
            throw new PostgresClusterException($"{PasswordFile} cannot be read; run this as the user that runs the server.", error);
        }
        catch (IOException error)
        {
            throw new PostgresClusterException(
                $"{PasswordFile}, the password of the database in {Cluster}, is missing; put it back from a backup.", error);
        }
    }

    /// <summary>Makes and keeps a password for the superuser.</summary>
    public string MakePassword()
    {
        var secrets = Path.GetDirectoryName(PasswordFile)!;
        Directory.CreateDirectory(secrets);
        SetMode(secrets, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var password = RandomNumberGenerator.GetHexString(48, lowercase: true);
        WritePrivate(PasswordFile, $"*:*:*:{PostgresCluster.Superuser}:{password}\n");
        return password;
    }

    /// <summary>Writes a file that nobody else can read, at no moment.</summary>
    public static void WritePrivate(string path, string text)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }

    /// <summary>Sets a file's mode, whatever the umask.</summary>
    public static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    private string BacklinkFile => Path.Combine(Home, "data-folder");

    // Root's folders may be passed through by the account, not listed; anybody else's stay their own.
    private static void MakePassable(string path)
    {
        Directory.CreateDirectory(path);
        var own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        SetMode(path, Environment.IsPrivilegedProcess ? own | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : own);
    }

    private void CheckHome()
    {
        if (!Directory.Exists(Home))
            throw new PostgresClusterException(
                $"The database of {DataFolder} lay in {Home}, which is gone; put it back, or delete {LocationFile(DataFolder)} to begin anew.");

        var owner = File.Exists(BacklinkFile) ? File.ReadAllText(BacklinkFile).Trim() : DataFolder;
        if (owner != DataFolder && File.Exists(LocationFile(owner)) && Of(owner).Home == Home)
            throw new PostgresClusterException(
                $"The database in {Home} belongs to the data folder {owner}, of which {DataFolder} is a copy; restore a dump instead.");
        File.WriteAllText(BacklinkFile, DataFolder);
    }
}
