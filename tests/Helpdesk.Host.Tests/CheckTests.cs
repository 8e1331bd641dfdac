using Dapper;
using Helpdesk.Host.Operation;
using Helpdesk.Host.Postgres;
using Helpdesk.SharedKernel.Data;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>What <c>check</c> says, and that it does nothing else.</summary>
public sealed class CheckTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Says_nothing_but_that_all_is_well() => Assert.Equal("ready to serve\n", (await CheckAsync()).Ok());

    [Theory]
    [InlineData("Helpdesk__Limits__PerMinutes", "5", "The setting Helpdesk:Limits:PerMinutes is unknown.")]
    [InlineData("Helpdesk__Database__PoolSize", "0", "Helpdesk:Database:PoolSize must be at least 1.")]
    [InlineData("Helpdesk__TrustedProxies__0", "nowhere", "which is neither an address nor a network")]
    [InlineData("ConnectionStrings__Helpdesk", "Host=127.0.0.1;Port=1;Username=x;Password=y", "The database cannot be reached")]
    public async Task Says_what_is_wrong_with_the_configuration(string name, string value, string because)
    {
        var environment = database.Environment;
        environment[name] = value;
        (await HostProcess.RunAsync(environment, "check")).Refused(because);
    }

    [Fact]
    public async Task Says_what_migration_is_missing() =>
        await WithHistoryAsync("delete from kernel.migration where module = 'tickets' and number = 2", outcome =>
            outcome.Refused("1 migrations are missing, the first is tickets/0002_deleted_tags.sql. Run 'migrate'."));

    [Fact]
    public async Task Says_what_migration_was_altered() =>
        await WithHistoryAsync("update kernel.migration set checksum = 'x' where module = 'tags' and number = 1", outcome =>
            outcome.Refused("The migration tags/0001_tags.sql was applied with another text"));

    [Fact]
    public async Task Tells_of_a_newer_version_and_goes_on() =>
        await WithHistoryAsync("insert into kernel.migration values ('surveys', 1, '0001_surveys.sql', 'x', now())", outcome =>
        {
            Assert.Contains("surveys/0001_surveys.sql", outcome.Ok(), StringComparison.Ordinal);
            Assert.EndsWith("ready to serve\n", outcome.Ok(), StringComparison.Ordinal);
        });

    [Fact]
    public async Task Says_that_a_role_may_not_use_the_schema()
    {
        var environment = database.Environment;
        environment["ConnectionStrings__Helpdesk"] = await RoleAsync("stranger", "");
        (await HostProcess.RunAsync(environment, "check")).Refused("is not a member of helpdesk_app");
    }

    [Fact]
    public async Task Tells_of_a_role_without_time_outs()
    {
        var environment = database.Environment;
        environment["ConnectionStrings__Helpdesk"] = await RoleAsync("patient", "grant helpdesk_app to {0}; alter role {0} set statement_timeout = '30s'");
        var said = (await HostProcess.RunAsync(environment, "check")).Ok();
        Assert.Contains("has no lock_timeout", said, StringComparison.Ordinal);
        Assert.DoesNotContain("has no statement_timeout", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(3, 1, 0)]
    [InlineData(-3, 1, 0)]
    [InlineData(45, 0, 1)]
    public async Task Compares_the_clock_with_the_databases(int seconds, int notes, int faults)
    {
        var found = await LookAsync(TimeSpan.FromSeconds(seconds));
        Assert.Equal((notes, faults), (found.Notes.Count, found.Faults.Count));
        if (seconds != 0)
            Assert.Contains(seconds > 0 ? "ahead of the database's" : "behind the database's", found.Notes.Concat(found.Faults).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_ids_that_were_made_ahead_of_the_clock()
    {
        await database.ExecuteAsync("""
            insert into kernel.node (number, owner, expires_at, clock_ms)
            select 99, gen_random_uuid(), now(), extract(epoch from now() - '2025-01-01Z'::timestamptz) * 1000 + 3660000
            """);
        var fault = Assert.Single((await LookAsync(TimeSpan.Zero)).Faults);
        await database.ExecuteAsync("delete from kernel.node where number = 99");
        Assert.Matches(@"Ids were made up to .*, 3(600|599) s ahead of this machine's clock", fault);
    }

    [Fact]
    public async Task Starts_and_makes_nothing()
    {
        var data = Directory.CreateTempSubdirectory("helpdesk-check-").FullName;
        try
        {
            var environment = new Dictionary<string, string> { ["Helpdesk__DataFolder"] = data };
            (await HostProcess.RunAsync(environment, "check")).Refused("does not run. 'up' (build/run) makes and starts it.");
            Assert.Empty(Directory.GetFileSystemEntries(data));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>The password of another database's server lies about where a private cluster was.</summary>
    [Fact]
    public async Task Signs_in_as_it_was_told_to()
    {
        var data = Directory.CreateTempSubdirectory("helpdesk-check-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(data, "secrets"));
            await File.WriteAllTextAsync(Path.Combine(data, "secrets", "helpdesk_server"), "of another database");
            var environment = database.Environment;
            environment.Remove("ConnectionStrings__HelpdeskOwner");
            environment["Helpdesk__DataFolder"] = data;
            Assert.Equal("ready to serve\n", (await HostProcess.RunAsync(environment, "check")).Ok());
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Changes_nothing_in_a_private_cluster()
    {
        var data = Directory.CreateTempSubdirectory("helpdesk-check-").FullName;
        try
        {
            await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions(data), CancellationToken.None);
            var environment = new Dictionary<string, string> { ["Helpdesk__DataFolder"] = data };
            (await HostProcess.RunAsync(environment, "check")).Refused("has no password");
            (await HostProcess.RunAsync(environment, "migrate")).Ok();
            await using (var deployment = await Deployment.OpenAsync(Settings.Read(new KeyValuePair<string, string?>("Helpdesk:DataFolder", data)), CancellationToken.None))
                await deployment.ServerConnectionStringAsync(CancellationToken.None);
            var before = await PasswordAsync(cluster);

            Assert.Equal("ready to serve\n", (await HostProcess.RunAsync(environment, "check")).Ok());

            Assert.Equal(before, await PasswordAsync(cluster));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<string?> PasswordAsync(PostgresCluster cluster)
    {
        await using var connection = new NpgsqlConnection(cluster.SuperuserConnectionString);
        // The row's own version tells whether anybody wrote it.
        return await connection.ExecuteScalarAsync<string>("select xmin || ' ' || rolpassword from pg_authid where rolname = 'helpdesk_server'");
    }

    private Task<Outcome> CheckAsync() => HostProcess.RunAsync(database.Environment, "check");

    /// <summary>Checks with a history of migrations that somebody meddled with, and puts it right again.</summary>
    private async Task WithHistoryAsync(string change, Action<Outcome> look)
    {
        await database.ExecuteAsync($"create table kernel.kept as table kernel.migration; {change}");
        try
        {
            look(await CheckAsync());
        }
        finally
        {
            await database.ExecuteAsync("truncate kernel.migration; insert into kernel.migration table kernel.kept; drop table kernel.kept");
        }
    }

    private async Task<string> RoleAsync(string name, string grants)
    {
        var role = $"{name}_{Guid.NewGuid():N}"[..30];
        await database.ExecuteAsync($"create role {role} login password 'secret'; {grants.Replace("{0}", role, StringComparison.Ordinal)}");
        return new NpgsqlConnectionStringBuilder(database.Server) { Username = role, Password = "secret" }.ConnectionString;
    }

    private async Task<Findings> LookAsync(TimeSpan ahead)
    {
        await using var pool = new Database(database.Server, new DatabaseOptions());
        return await new Inspection(pool, new Migrator(HostModules.All), new ShiftedClock(ahead)).LookAsync(CancellationToken.None);
    }

    private sealed class ShiftedClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }
}
