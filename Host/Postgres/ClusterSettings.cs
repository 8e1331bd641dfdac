namespace Helpdesk.Host.Postgres;

/// <summary>
/// The settings that differ from PostgreSQL's own. What an operator sets with <c>alter system</c> wins over them.
/// </summary>
internal static class ClusterSettings
{
    private const string Common = """
        max_connections = 100
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        log_line_prefix = '%m [%p] %q%u@%d '

        """;

    // The first change of a page after a checkpoint is logged as the whole page, so few checkpoints make writes cheap. After a crash up to
    // two gigabytes are read again, which takes seconds. Of the messages a week is kept, one file a day, in the folder "log" of the cluster.
    private const string Durable = """
        checkpoint_timeout = 15min
        max_wal_size = 2GB
        min_wal_size = 256MB
        logging_collector = on
        log_directory = 'log'
        log_filename = 'postgres-%a.log'
        log_rotation_age = 1d
        log_rotation_size = 0
        log_truncate_on_rotation = on

        """;

    // May lose or spoil everything in a crash, which a throw-away cluster does not survive anyway.
    private const string ThrowAway = """
        fsync = off
        synchronous_commit = off
        full_page_writes = off
        wal_level = minimal
        max_wal_senders = 0
        max_connections = 200
        shared_buffers = 128MB

        """;

    /// <summary>Writes the settings of the next start.</summary>
    public static void Write(ClusterFolder folder, ClusterEndpoint endpoint, bool durable)
    {
        File.WriteAllText(folder.Settings,
            "# Written by Helpdesk at each start. To change a setting for good: alter system set …\n"
            + Common + (durable ? Durable + Memory() : ThrowAway) + endpoint.Settings());
        ClusterFolder.SetMode(folder.Settings,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>A quarter of what this process may use of the machine's memory: the rest is for sessions and for files that the system keeps.</summary>
    private static string Memory()
    {
        var quarter = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / 1024 / 1024;
        return $"shared_buffers = {Math.Clamp(quarter, 128, 1024)}MB\n";
    }
}
