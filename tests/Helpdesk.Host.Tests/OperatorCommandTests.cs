using System.Net;

namespace Helpdesk.Host.Tests;

/// <summary>The operator's commands, each a process of its own beside a running server.</summary>
public sealed class OperatorCommandTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public async Task Help_says_what_there_is()
    {
        var help = (await HostProcess.RunAsync(Nothing, "--help")).Ok();
        foreach (var command in new[] { "up ", "serve ", "migrate ", "tenants ", "keys ", "check " })
            Assert.Contains($"  {command}", help, StringComparison.Ordinal);
        var mint = (await HostProcess.RunAsync(Nothing, "keys", "mint", "--help")).Ok();
        foreach (var word in new[] { "--tenant", "--scopes", "--expires", "--per-minute", "--per-hour", "--environment", "helpdesk:read", "webhooks:manage" })
            Assert.Contains(word, mint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-command")]
    [InlineData("keys mint --tenant acme")]
    [InlineData("serve --port eighty")]
    public async Task What_cannot_be_read_is_refused_with_a_hint(string line)
    {
        var outcome = await HostProcess.RunAsync(Nothing, line.Split(' '));
        Assert.Equal(1, outcome.Code);
        Assert.NotEqual("", outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tenants_are_founded_listed_and_moved_to_another_plan()
    {
        await using var server = await HostProcess.ServeAsync("serve", database.Environment);
        Assert.StartsWith("founded lamps (pro), id ", await RunAsync("tenants create lamps --name Lamps"), StringComparison.Ordinal);
        (await TryAsync("tenants create lamps")).Refused("The slug 'lamps' is in use.");
        (await TryAsync("tenants create Not_A_Slug")).Refused("hyphen");
        (await TryAsync("tenants create other --plan golden")).Refused("must be one of starter, pro, creator-plus, sovereign.");
        Assert.Matches(@"(?m)^lamps +pro +active +\d{4}-\d\d-\d\d +Lamps$", await RunAsync("tenants list"));

        var token = (await RunAsync("keys mint --tenant lamps --scopes helpdesk:read")).Split().Last(word => word.Length > 0);
        using var client = new DeskClient(token);
        Assert.Equal(HttpStatusCode.OK, await client.AskAsync(server));
        Assert.Equal("lamps: pro -> starter\n", await RunAsync("tenants set-plan lamps --plan starter"));
        await BecomesAsync(HttpStatusCode.Forbidden, client, server);
        (await TryAsync("tenants set-plan nobody --plan pro")).Refused("There is no tenant 'nobody'.");
    }

    [Fact]
    public async Task Keys_are_made_listed_and_ended_beside_a_running_server()
    {
        var (tenant, _) = await database.TenantAsync();
        await using var server = await HostProcess.ServeAsync("serve", database.Environment);

        var minted = await RunAsync($"keys mint --tenant {tenant.Slug} --scopes helpdesk:read,helpdesk:write --label robot --per-minute 50 --expires 90d");
        var token = minted.TrimEnd('\n').Split('\n')[^1].Split(' ')[^1];
        Assert.Matches("^mc_live_[A-Za-z0-9_-]{43}$", token);
        using var client = new DeskClient(token);
        Assert.Equal(HttpStatusCode.OK, await client.AskAsync(server));

        var listed = await RunAsync($"keys list --tenant {tenant.Slug}");
        var row = listed.Split('\n').Single(line => line.Contains("robot", StringComparison.Ordinal));
        Assert.Matches($@"^\d+ +{token[..12]} +live, until \d{{4}}-\d\d-\d\d +never +mobieus +robot +helpdesk:read,helpdesk:write$", row);
        Assert.DoesNotContain(token, listed, StringComparison.Ordinal);

        Assert.StartsWith("revoked ", await RunAsync($"keys revoke {row.Split(' ')[0]} --tenant {tenant.Slug}"), StringComparison.Ordinal);
        await BecomesAsync(HttpStatusCode.Unauthorized, client, server);
        Assert.Contains($"{token[..12]}  revoked 2", await RunAsync($"keys list --tenant {tenant.Slug}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_another_dialect_is_minted_listed_and_revoked()
    {
        var (tenant, _) = await database.TenantAsync();
        await using var server = await HostProcess.ServeAsync("serve", database.Environment);
        var minted = await RunAsync($"keys mint --dialect headoni --tenant {tenant.Slug} --scopes tickets:create,tickets:read --label form");
        var token = minted.TrimEnd('\n').Split('\n')[^1].Split(' ')[^1];
        Assert.Matches("^hd_[A-Za-z0-9_-]{43}$", token);
        Assert.Equal(HttpStatusCode.OK, await AskAsync());
        var row = (await RunAsync($"keys list --tenant {tenant.Slug}")).Split('\n').Single(line => line.Contains("form", StringComparison.Ordinal));
        Assert.Matches($@"^\d+ +{token[..7]} +live +\S.* +headoni +form +tickets:create,tickets:read$", row);
        (await TryAsync($"keys revoke hd_ --tenant {tenant.Slug}")).Refused("No key of this tenant has the id or prefix 'hd_'.");
        await RunAsync($"keys revoke {token[..7]} --tenant {tenant.Slug}");
        for (var tries = 0; tries < 100 && await AskAsync() == HttpStatusCode.OK; tries++)
            await Task.Delay(20);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync());

        async Task<HttpStatusCode> AskAsync()
        {
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Port}/api/v1/tickets");
            (request.Headers.Host, request.Headers.Authorization) = ($"{tenant.Slug}.headoni.localhost", new("Bearer", token));
            using var response = await http.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Keys_that_make_no_sense_are_not_made()
    {
        var (tenant, _) = await database.TenantAsync();
        (await TryAsync($"keys mint --tenant {tenant.Slug} --scopes moderation:read")).Refused("must be among helpdesk:read");
        (await TryAsync($"keys mint --tenant {tenant.Slug} --scopes helpdesk:read --expires 2001-01-01")).Refused("must be in the future");
        (await TryAsync($"keys mint --tenant {tenant.Slug} --scopes helpdesk:read --expires soon")).Refused("--expires 'soon'");
        (await TryAsync($"keys mint --dialect headoni --tenant {tenant.Slug} --scopes tickets:read --per-minute 5")).Refused("headoni has no limits");
        (await TryAsync("keys mint --tenant nobody --scopes helpdesk:read")).Refused("There is no tenant 'nobody'. See 'tenants list'.");
        (await TryAsync($"keys revoke 123 --tenant {tenant.Slug}")).Refused("No key of this tenant has the id or prefix '123'.");
        (await TryAsync($"keys revoke mc_live_ --tenant {tenant.Slug}")).Refused("No key of this tenant has the id or prefix 'mc_live_'.");
        Assert.Equal(1, (await database.QueryAsync<long>("select count(*) from access.api_key where tenant_id = @Id", new { tenant.Id })).Single());
    }

    [Fact]
    public async Task A_database_is_checked_migrated_and_migrated_again()
    {
        var environment = database.Environment;
        environment["ConnectionStrings__HelpdeskOwner"] = await TestDatabase.CreateAsync();
        environment["ConnectionStrings__Helpdesk"] = new Npgsql.NpgsqlConnectionStringBuilder(database.Server)
        {
            Database = new Npgsql.NpgsqlConnectionStringBuilder(environment["ConnectionStrings__HelpdeskOwner"]).Database,
        }.ConnectionString;

        (await HostProcess.RunAsync(environment, "check")).Refused("The schema is not up to date");
        (await HostProcess.RunAsync(environment, "serve")).Refused("Run 'migrate'.");
        (await HostProcess.RunAsync(environment, "tenants", "list")).Refused("migrate");
        Assert.Contains("applied tickets/0001_tickets.sql", (await HostProcess.RunAsync(environment, "migrate")).Ok(), StringComparison.Ordinal);
        Assert.Equal("up to date\n", (await HostProcess.RunAsync(environment, "migrate")).Ok());
        Assert.Equal("ready to serve\n", (await HostProcess.RunAsync(environment, "check")).Ok());
    }

    private static async Task BecomesAsync(HttpStatusCode status, DeskClient client, HostProcess server)
    {
        for (var tries = 0; tries < 50 && await client.AskAsync(server) != status; tries++)
            await Task.Delay(20);
        Assert.Equal(status, await client.AskAsync(server));
    }

    /// <summary>Runs a command that succeeds, and holds against it that it says no password.</summary>
    private async Task<string> RunAsync(string line) => (await TryAsync(line)).Ok();

    private async Task<Outcome> TryAsync(string line)
    {
        var outcome = await HostProcess.RunAsync(database.Environment, line.Split(' '));
        foreach (var signIn in new[] { database.Owner, database.Server })
            Assert.DoesNotContain(new Npgsql.NpgsqlConnectionStringBuilder(signIn).Password!, outcome.Said, StringComparison.Ordinal);
        if (!line.StartsWith("keys mint", StringComparison.Ordinal))
            Assert.DoesNotMatch("mc_(live|test)_[A-Za-z0-9_-]{5}", outcome.Said);
        return outcome;
    }
}
