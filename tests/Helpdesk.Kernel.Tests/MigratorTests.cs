using System.Reflection;
using System.Text;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Modularity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Helpdesk.Kernel.Tests;

public sealed class MigratorTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>, IAsyncLifetime
{
    private readonly string _name = "migrator_" + Guid.NewGuid().ToString("N");
    private string _owner = "";

    public async Task InitializeAsync()
    {
        await app.OwnerSqlAsync("create database " + _name);
        _owner = new NpgsqlConnectionStringBuilder(app.OwnerConnectionString) { Database = _name, Pooling = false }.ConnectionString;
    }

    public Task DisposeAsync() => app.OwnerSqlAsync($"drop database {_name} with (force)");

    [Fact]
    public async Task What_is_missing_is_applied_in_order_and_once()
    {
        var first = await MigrateAsync(("0001_one.sql", "create schema things; create table things.a (id int primary key)"));
        Assert.Equal("things/0001_one.sql", first[^1]);
        Assert.Equal("kernel/0001_kernel.sql", first[0]);
        var second = await MigrateAsync(
            ("0001_one.sql", "create schema things; create table things.a (id int primary key)"), ("0002_two.sql", "alter table things.a add b int"));
        Assert.Equal(["things/0002_two.sql"], second);
        Assert.Empty(await MigrateAsync(
            ("0001_one.sql", "create schema things; create table things.a (id int primary key)"), ("0002_two.sql", "alter table things.a add b int")));
    }

    [Theory]
    [InlineData("create schema things; ")]
    [InlineData("create schema things")]
    [InlineData("-- now with a word\ncreate schema things;")]
    public async Task An_applied_file_that_changed_is_refused_before_anything_is_done(string changed)
    {
        await MigrateAsync(("0001_one.sql", "create schema things;"));
        var exception = await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync(("0001_one.sql", changed), ("0002_two.sql", "create schema more")));
        Assert.Contains("things/0001_one.sql", exception.Message);
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from pg_namespace where nspname = 'more'"));
        await using var connection = new NpgsqlConnection(_owner);
        await connection.OpenAsync();
        await Assert.ThrowsAsync<MigrationException>(() => New(("0001_one.sql", changed)).PendingAsync(connection, CancellationToken.None));
    }

    [Fact]
    public async Task Line_ends_are_no_change()
    {
        await MigrateAsync(("0001_one.sql", "create schema\nthings;\n"));
        Assert.Empty(await MigrateAsync(("0001_one.sql", "create schema\r\nthings;\r\n")));
    }

    /// <summary>Several statements in one command would be one transaction, which building an index beside the traffic cannot be in.</summary>
    [Fact]
    public async Task Statements_are_sent_one_by_one()
    {
        await MigrateAsync(
            ("0001_one.sql", "create schema things; create table things.a (id int primary key, b int)"),
            ("0002_two.sql", "-- outside a transaction\ncreate index concurrently a_b on things.a (b);\n\ncreate index concurrently a_bb on things.a (b, id);"));
        Assert.Equal(3L, await ScalarAsync<long>("select count(*) from pg_indexes where schemaname = 'things'"));
    }

    [Fact]
    public async Task A_file_that_fails_leaves_nothing_of_itself_and_names_the_statement()
    {
        var exception = await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync(
            ("0001_one.sql", "create schema things; create table things.a (id int primary key)"),
            ("0002_two.sql", "create table things.b (id int primary key);\nalter table things.nowhere add c int;")));
        Assert.Contains("things/0002_two.sql", exception.Message);
        Assert.Contains("alter table things.nowhere add c int", exception.Message);
        Assert.Equal("a", await ScalarAsync<string>("select string_agg(tablename, ',') from pg_tables where schemaname = 'things'"));
        Assert.Equal(["things/0002_two.sql"], await MigrateAsync(
            ("0001_one.sql", "create schema things; create table things.a (id int primary key)"), ("0002_two.sql", "create table things.b (id int primary key)")));
    }

    [Fact]
    public async Task Migrators_at_the_same_time_wait_for_the_one_who_works()
    {
        (string, string)[] files = [("0001_one.sql", "create schema things; select pg_sleep(0.5); create table things.a (id int primary key)")];
        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => MigrateAsync(files)));
        Assert.Single(applied, names => names.Length > 0);
        Assert.Equal("things/0001_one.sql", applied.Single(names => names.Length > 0)[^1]);
    }

    [Fact]
    public async Task An_empty_database_misses_everything()
    {
        await using var connection = new NpgsqlConnection(_owner);
        await connection.OpenAsync();
        var migrator = New(("0001_one.sql", "create schema things"));
        Assert.Equal(migrator.All, await migrator.PendingAsync(connection, CancellationToken.None));
    }

    private async Task<string[]> MigrateAsync(params (string Name, string Sql)[] files) =>
        [.. (await New(files).MigrateAsync(_owner, CancellationToken.None)).Select(migration => $"{migration.Module}/{migration.Name}")];

    private static Migrator New(params (string Name, string Sql)[] files) => new([new Things(new Files(files))]);

    private async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_owner);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T?)await command.ExecuteScalarAsync();
    }

    private sealed class Things(Assembly files) : IModule
    {
        public string Schema => "things";

        Assembly IModule.Assembly => files;

        public void AddServices(IServiceCollection services, IConfiguration configuration)
        {
        }
    }

    /// <summary>An assembly that holds nothing but migration files.</summary>
    private sealed class Files((string Name, string Sql)[] files) : Assembly
    {
        public override string[] GetManifestResourceNames() => [.. files.Select(file => "Things.Migrations." + file.Name)];

        public override Stream GetManifestResourceStream(string name) =>
            new MemoryStream(Encoding.UTF8.GetBytes(files.Single(file => name.EndsWith(file.Name, StringComparison.Ordinal)).Sql));
    }
}
