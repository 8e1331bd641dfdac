using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dapper;
using Helpdesk.SharedKernel.Data;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>
/// From the first release, with two tenants at work, to this version: every migration since meets data. A new one is met without a change
/// here.
/// </summary>
public sealed class UpgradeTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    // Modules that came later have first files of their own, which are no part of the first release.
    private static readonly string[] FirstModules = ["kernel", "access", "desk", "tags", "canned", "tickets"];

    private static readonly Migrator Today = new(HostModules.All);

    private static readonly HttpClient Http = new();

    // The event log's partitions were made beside the migrations in the first release, too.
    private static readonly long Base = Ids.FirstAt(DateTimeOffset.UtcNow);

    private string _owner = "";

    [Fact]
    public async Task Everything_of_the_first_release_is_there_and_can_be_worked_with()
    {
        var first = await InstallFirstReleaseAsync();
        var before = await CountsAsync();

        var said = (await HostProcess.RunAsync(Environment, "migrate")).Ok();

        Assert.Equal(Today.All.Except(first).Select(migration => $"applied {migration.Module}/{migration.Name}"), said.TrimEnd('\n').Split('\n'));
        Assert.Equal("up to date\n", (await HostProcess.RunAsync(Environment, "migrate")).Ok());
        var after = await CountsAsync();
        // Counts by tag are new rows of the tally, and new modules start to read where the log ends; all else is what it was.
        string[] growing = ["tickets.tally", "log.consumer"];
        Assert.Equal(before.Where(table => !growing.Contains(table.Key)), after.Where(table => before.ContainsKey(table.Key) && !growing.Contains(table.Key)));

        Assert.Equal("ready to serve\n", (await HostProcess.RunAsync(Environment, "check")).Ok());
        await using var server = await HostProcess.ServeAsync("serve", Environment);
        for (var tenant = 1; tenant <= 2; tenant++)
            await WorkAsync(server, tenant);
        await using var connection = new NpgsqlConnection(_owner);
        await Ledger.FeedIsWholeAsync(connection);
        Assert.Equal(2, await connection.ExecuteScalarAsync<long>("select count(*) from log.feed where event_id % 100000 = @Waiting", new { Waiting = (Base + 74) % 100000 }));
    }

    /// <summary>The order of the files differs between the two ways, and must not matter.</summary>
    [Fact]
    public async Task An_upgraded_schema_is_the_same_as_a_new_one()
    {
        await InstallFirstReleaseAsync();
        (await HostProcess.RunAsync(Environment, "migrate")).Ok();
        var upgraded = await SchemaAsync(_owner);
        Assert.NotEmpty(upgraded);
        Assert.Equal(await SchemaAsync(database.Owner), upgraded);
    }

    private Dictionary<string, string> Environment
    {
        get
        {
            var environment = database.Environment;
            environment["ConnectionStrings__HelpdeskOwner"] = _owner;
            environment["ConnectionStrings__Helpdesk"] =
                new NpgsqlConnectionStringBuilder(database.Server) { Database = new NpgsqlConnectionStringBuilder(_owner).Database }.ConnectionString;
            return environment;
        }
    }

    private async Task<IReadOnlyList<Migration>> InstallFirstReleaseAsync()
    {
        _owner = await TestDatabase.CreateAsync();
        var first = Today.All.Where(migration => migration.Number == 1 && FirstModules.Contains(migration.Module)).ToList();
        Assert.Equal(FirstModules, first.Select(migration => migration.Module));
        await new Migrator(first).MigrateAsync(_owner, CancellationToken.None);
        await using var connection = new NpgsqlConnection(_owner);
        await Housekeeping.EnsurePartitionsAsync(connection, DateTimeOffset.UtcNow);
        var data = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "FirstRelease.sql"));
        await connection.ExecuteAsync(data.Replace("{Base}", $"{Base}", StringComparison.Ordinal));
        Assert.DoesNotContain(await CountsAsync(), table => table.Value == 0);
        return first;
    }

    private async Task WorkAsync(HostProcess server, int tenant)
    {
        var live = "mc_live_" + new string((char)(64 + tenant), 42) + "A";
        Task<JsonElement> Get(string path) => AskAsync(server, tenant, live, path);

        var tickets = await Get("tickets");
        Assert.Equal(3, tickets.GetProperty("total_count").GetInt64());
        Assert.Equal(["HD-000003", "HD-000002", "HD-000001"], Texts(tickets, "reference"));
        Assert.All(Texts(tickets, "subject"), subject => Assert.EndsWith($"old{tenant}", subject, StringComparison.Ordinal));
        foreach (var (filter, found) in new[]
        {
            ("tag=refund", 2), ("tag=vip", 1), ("status=closed", 1), ("status=new,open", 2), ("assignee_id=none", 1), ("q=switch", 1), ("q=back", 1), ("priority=high", 1),
        })
        {
            var list = await Get("tickets?" + filter);
            Assert.True(found == list.GetProperty("total_count").GetInt64() && found == list.GetProperty("data").GetArrayLength(), $"{filter}: {list}");
        }

        var ticket = (await Get("tickets/HD-000002")).GetProperty("data");
        Assert.Equal(3, ticket.GetProperty("messages").GetArrayLength());
        Assert.Equal("4711", ticket.GetProperty("custom_fields").GetProperty("order").GetString());
        Assert.Equal([2, 1], (await Get("tags")).GetProperty("data").EnumerateArray().Select(tag => tag.GetProperty("ticket_count").GetInt64()));
        Assert.Equal([1, 1], (await Get("queues")).GetProperty("data").EnumerateArray().Select(queue => queue.GetProperty("open_ticket_count").GetInt64()));
        Assert.Equal(["bye", "hello"], Texts(await Get("canned-responses"), "slug"));
        Assert.Equal(["Ada", "Ben"], Texts(await Get("agents"), "name"));
        Assert.Equal(["refund"], Texts(await Get("help-topics"), "slug"));
        Assert.Equal(["HD-000004"], Texts(await AskAsync(server, tenant, live.Replace("live", "test", StringComparison.Ordinal), "tickets"), "reference"));

        var created = (await AskAsync(server, tenant, live, "tickets", """{"subject":"After the upgrade","body":"It goes on.","tags":["vip"]}""")).GetProperty("data");
        Assert.Equal("HD-000005", created.GetProperty("reference").GetString());
        await AskAsync(server, tenant, live, "tickets/HD-000001/reply", """{"body":"We look at it.","status":"resolved"}""");
        await AskAsync(server, tenant, live, "tickets/HD-000002", """{"remove_tags":["refund"],"assignee_id":null}""");
        Assert.Equal([1, 2], (await Get("tags")).GetProperty("data").EnumerateArray().Select(tag => tag.GetProperty("ticket_count").GetInt64()));
        var tag = (await Get("tags?q=vip")).GetProperty("data")[0].GetProperty("id").GetInt64();
        var gone = (await AskAsync(server, tenant, live, $"tags/{tag}/delete", "{}")).GetProperty("data");
        Assert.Equal(2, gone.GetProperty("detached_tickets").GetInt32());
        Assert.Equal(4, (await Get("tickets")).GetProperty("total_count").GetInt64());
        Assert.Equal(1, (await Get("tickets?status=resolved")).GetProperty("total_count").GetInt64());
    }

    private static string[] Texts(JsonElement list, string member) =>
        [.. list.GetProperty("data").EnumerateArray().Select(item => item.GetProperty(member).GetString()!)];

    private static async Task<JsonElement> AskAsync(HostProcess server, int tenant, string token, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(
            json is null ? HttpMethod.Get : HttpMethod.Post, new Uri($"http://127.0.0.1:{server.Port}/api/v1/helpdesk/{path}"));
        request.Headers.Host = $"old{tenant}.localhost";
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>How many rows each table of a tenant has.</summary>
    private async Task<Dictionary<string, long>> CountsAsync()
    {
        await using var connection = new NpgsqlConnection(_owner);
        var tables = await connection.QueryAsync<string>("""
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = any(@Schemas) and c.relkind in ('r', 'p') and not c.relispartition order by 1
            """, new { Schemas = FirstModules.Append("log").ToArray() });
        var counts = new Dictionary<string, long>();
        foreach (var table in tables.Where(table => table != "kernel.migration"))
            counts[table] = await connection.ExecuteScalarAsync<long>($"select count(*) from {table}");
        return counts;
    }

    /// <summary>
    /// Columns, indexes, constraints, policies, functions and grants. Indexes of the log's partitions are named by who made them, a migration
    /// or the attaching of a new one.
    /// </summary>
    private static async Task<string[]> SchemaAsync(string owner)
    {
        await using var connection = new NpgsqlConnection(owner);
        return [.. await connection.QueryAsync<string>("""
            with home as (select oid, nspname from pg_namespace where nspname = any(@Schemas))
            select format('%s.%s.%s %s %s %s', h.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
            from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') join home h on h.oid = c.relnamespace
                left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attnum > 0 and not a.attisdropped
            union all select regexp_replace(indexdef, 'INDEX \S+ ON (log\.event_\d)', 'INDEX ON \1') from pg_indexes where schemaname = any(@Schemas)
            union all select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid)) from pg_constraint k join home h on h.oid = k.connamespace
            union all select format('%s.%s %s %s %s %s', schemaname, tablename, policyname, roles, qual, with_check) from pg_policies where schemaname = any(@Schemas)
            union all select pg_get_functiondef(p.oid) || p.proowner::regrole || coalesce(p.proacl::text, '') from pg_proc p join home h on h.oid = p.pronamespace
            union all select format('%s.%s %s %s %s', h.nspname, c.relname, c.relpersistence, c.reloptions, c.relacl) from pg_class c join home h on h.oid = c.relnamespace
            where c.relkind <> 'i' or not c.relispartition
            order by 1
            """, new { Schemas = Today.All.Select(migration => migration.Module).Append("log").Distinct().ToArray() })];
    }
}
