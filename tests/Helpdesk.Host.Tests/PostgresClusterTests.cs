using System.Diagnostics;
using Helpdesk.Host.Postgres;
using Npgsql;

namespace Helpdesk.Host.Tests;

public sealed class PostgresClusterTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"helpdesk-cluster-tests-{Guid.NewGuid():n}");
    private readonly List<string> _said = [];

    private string PidFile => Path.Combine(_folder, "postgres", "postmaster.pid");

    public Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (PostgresCluster.FindRunning(_folder) is { } left)
            await left.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Initialises_once_and_starts_again_with_the_data()
    {
        await using (var first = await StartAsync())
            await AskAsync(first.SuperuserConnectionString, "create table kept as select 42 as answer");

        await using var second = await StartAsync();

        Assert.False(second.Adopted);
        Assert.Equal(42, await AskAsync(second.SuperuserConnectionString, "select answer from kept"));
    }

    [Fact]
    public async Task Is_durable_checks_its_pages_and_compares_by_byte()
    {
        await using var cluster = await StartAsync();

        Assert.Equal("on on on on C.UTF-8 UTF8 off scram-sha-256", await AskAsync(cluster.SuperuserConnectionString, """
            select concat_ws(' ', current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
                current_setting('data_checksums'), datcollate, pg_encoding_to_char(encoding), current_setting('jit'),
                current_setting('password_encryption'))
            from pg_database where datname = 'postgres'
            """));
    }

    [Fact]
    public async Task A_second_process_finds_the_running_server_and_leaves_it_running()
    {
        Assert.Null(PostgresCluster.FindRunning(_folder));
        await using var cluster = await StartAsync();

        await using (var found = PostgresCluster.FindRunning(_folder))
            Assert.Equal(1, await AskAsync(found!.SuperuserConnectionString, "select 1"));

        Assert.Equal(1, await AskAsync(cluster.SuperuserConnectionString, "select 1"));
        await cluster.StopAsync();
        Assert.Null(PostgresCluster.FindRunning(_folder));
    }

    [Fact]
    public async Task A_second_owner_is_refused()
    {
        await using var cluster = await StartAsync();

        var refusal = await Assert.ThrowsAsync<PostgresClusterException>(() => StartAsync());

        Assert.Equal($"Another process of Helpdesk works with the data folder {_folder}; stop it first.", refusal.Message);
    }

    [Fact]
    public async Task Adopts_a_running_server_after_its_owner_died()
    {
        await ServerOwner.StartAndKillAsync(_folder, "durable");
        var process = File.ReadLines(PidFile).First();

        await using var cluster = await StartAsync();

        Assert.True(cluster.Adopted);
        Assert.Equal(process, File.ReadLines(PidFile).First());
        Assert.Equal(1, await AskAsync(cluster.SuperuserConnectionString, "select 1"));
    }

    [Fact]
    public async Task Starts_again_after_the_server_itself_was_killed()
    {
        await using (await StartAsync())
            Process.GetProcessById(int.Parse(File.ReadLines(PidFile).First())).Kill();
        Assert.True(File.Exists(PidFile));

        await using var second = await StartAsync();

        Assert.False(second.Adopted);
        Assert.Equal(1, await AskAsync(second.SuperuserConnectionString, "select 1"));
    }

    [Fact]
    public async Task Recovers_from_a_stale_pid_file_that_names_a_foreign_process()
    {
        await using (var first = await StartAsync())
            File.Copy(PidFile, Path.Combine(_folder, "kept.pid"));

        // Under the cluster's account, as PostgreSQL itself discounts the processes of others.
        var sleep = new ProcessStartInfo("sleep", "60") { WorkingDirectory = "/" };
        if ((await ClusterAccount.ForAsync(ClusterFolder.Of(_folder))).Name is { } account)
            sleep.UserName = account;
        using var foreign = Process.Start(sleep)!;
        File.WriteAllLines(PidFile, File.ReadLines(Path.Combine(_folder, "kept.pid")).Skip(1).Prepend($"{foreign.Id}"));

        await using var second = await StartAsync();

        Assert.False(second.Adopted);
        Assert.NotEqual($"{foreign.Id}", File.ReadLines(PidFile).First());
        Assert.False(foreign.HasExited);
        foreign.Kill();
    }

    [Fact]
    public async Task Refuses_a_data_folder_of_another_major_version()
    {
        await using (await StartAsync())
        {
        }

        File.WriteAllText(Path.Combine(_folder, "postgres", "PG_VERSION"), "14\n");
        var refusal = await Assert.ThrowsAsync<PostgresClusterException>(() => StartAsync());

        Assert.StartsWith(
            $"The database in {_folder}/postgres was made by PostgreSQL 14, and only version ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_throw_away_cluster_is_gone_after_dispose()
    {
        var cluster = await StartAsync(throwAway: true);
        Assert.Equal("off", await AskAsync(cluster.SuperuserConnectionString, "select current_setting('fsync')"));
        Assert.NotEmpty(Directory.GetDirectories(_folder));

        await cluster.DisposeAsync();

        Assert.Empty(Directory.GetDirectories(_folder));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => AskAsync(cluster.SuperuserConnectionString, "select 1"));
    }

    [Fact]
    public async Task A_throw_away_cluster_is_gone_after_its_owner_died()
    {
        await ServerOwner.StartAndKillAsync(_folder, "throw-away");

        for (var tries = 0; tries < 100 && Directory.GetDirectories(_folder).Length > 0; tries++)
            await Task.Delay(50);

        Assert.Empty(Directory.GetDirectories(_folder));
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        await using var cluster = await StartAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => AskAsync(cluster.ConnectionString("postgres", PostgresCluster.Superuser, "guessed"), "select 1"));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
    }

    [Fact]
    public async Task The_password_is_for_the_owner_only_and_never_said()
    {
        await using var cluster = await StartAsync();
        var secret = Path.Combine(_folder, "secrets", "postgres-superuser");
        var password = new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString).Password!;

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        var elsewhere = Directory.EnumerateFiles(_folder).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal))
            .Select(File.ReadAllText).Concat(_said);
        Assert.DoesNotContain(elsewhere, text => text.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Listens_on_loopback_where_no_socket_can_be_made()
    {
        var endpoint = await ClusterEndpoint.ChooseAsync(["/proc/closed", "/tmp/" + new string('x', 120)], new ClusterAccount(Name: null));

        Assert.Equal("127.0.0.1", endpoint.Host);
        Assert.Contains("listen_addresses = '127.0.0.1'", endpoint.Settings(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_data_path_gets_a_short_socket()
    {
        var deep = Path.Combine(_folder, new string('d', 100));
        string socketFolder;

        await using (var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions(deep, Say: _said.Add), CancellationToken.None))
        {
            socketFolder = new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString).Host!;
            Assert.StartsWith("/tmp/helpdesk-", socketFolder, StringComparison.Ordinal);
            Assert.Equal(1, await AskAsync(cluster.SuperuserConnectionString, "select 1"));
        }

        Assert.False(Directory.Exists(socketFolder));
    }

    private Task<PostgresCluster> StartAsync(bool throwAway = false) =>
        PostgresCluster.StartAsync(new PostgresClusterOptions(_folder, throwAway, Say: _said.Add), CancellationToken.None);

    private static async Task<object?> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
