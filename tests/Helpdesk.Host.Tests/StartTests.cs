using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>What stops a start, each with a line that an operator can act on.</summary>
public sealed class StartTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Secret = "correct-horse-battery";

    [Theory]
    [InlineData("Helpdesk__Limits__PerMinutes", "5", "The setting Helpdesk:Limits:PerMinutes is unknown.")]
    [InlineData("Helpdesk__Nonsense", "x", "The setting Helpdesk:Nonsense is unknown.")]
    [InlineData("Helpdesk__Limits__PerMinute", "many", "Helpdesk:Limits:PerMinute")]
    [InlineData("Helpdesk__Limits__PerHour", "0", "Helpdesk:Limits:PerHour must be at least 1.")]
    [InlineData("Helpdesk__Database__PoolSize", "-3", "Helpdesk:Database:PoolSize must be at least 1.")]
    [InlineData("Helpdesk__Database__Prepare", "perhaps", "Helpdesk:Database:Prepare")]
    [InlineData("Helpdesk__Mail__Hosts", "mail.example", "The setting Helpdesk:Mail:Hosts is unknown.")]
    [InlineData("Helpdesk__Mail__Host", "mail.example", "The setting Helpdesk:Mail:From must be set where Host is.")]
    [InlineData("Helpdesk__Mail__Security", "somehow", "Helpdesk:Mail:Security")]
    [InlineData("Helpdesk__TrustedProxies__0", "not an address", "which is neither an address nor a network")]
    [InlineData("Helpdesk__Headoni__Suffixes__0", ".LOCALHOST", "The host suffix 'localhost' is set for headoni and mobieus")]
    [InlineData("ConnectionStrings__Helpdesk_FILE", "/no/such/file", "ConnectionStrings__Helpdesk_FILE")]
    [InlineData("ConnectionStrings__Helpdesk", "Host=/tmp;Nonsense=1;Password=" + Secret, "connection string")]
    [InlineData("ConnectionStrings__Helpdesk", "", "Set ConnectionStrings__Helpdesk")]
    [InlineData("ConnectionStrings__Helpdesk", "Host=127.0.0.1;Port=1;Username=x;Password=" + Secret, "The database cannot be reached")]
    public async Task A_setting_that_cannot_be_right_stops_the_start(string name, string value, string because)
    {
        var environment = database.Environment;
        environment[name] = value;
        var outcome = (await HostProcess.RunAsync(environment, "serve", "--port", "0")).Refused(because);
        Assert.DoesNotContain(Secret, outcome.Said, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("superuser", "is a superuser")]
    [InlineData("bypassrls", "has BYPASSRLS")]
    public async Task A_role_that_the_walls_do_not_bind_is_refused(string attribute, string because)
    {
        var role = $"loose_{attribute}_{Guid.NewGuid():N}"[..30];
        await database.ExecuteAsync($"create role {role} login {attribute} password '{Secret}'; grant helpdesk_app to {role}");
        await RefusedAsync(role, because);
    }

    [Fact]
    public async Task A_role_that_owns_tables_is_refused()
    {
        var role = $"loose_owner_{Guid.NewGuid():N}"[..30];
        await database.ExecuteAsync($"""
            create role {role} login password '{Secret}';
            grant helpdesk_app to {role};
            create table kernel.{role} (id int);
            alter table kernel.{role} owner to {role}
            """);
        await RefusedAsync(role, "owns tables of the server");
        await database.ExecuteAsync($"drop table kernel.{role}");
    }

    [Theory]
    [InlineData("70000", "--port takes 0 to 65535, not 70000.")]
    [InlineData("-1", "--port takes 0 to 65535, not -1.")]
    public async Task A_port_that_does_not_exist_is_refused(string port, string because) =>
        (await HostProcess.RunAsync(database.Environment, "serve", $"--port={port}")).Refused(because);

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var outcome = (await HostProcess.RunAsync(database.Environment, "serve", "--port", $"{port}")).Refused("Choose another with --port.");
        Assert.Contains($"127.0.0.1:{port}", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_database_configured_nothing_is_embedded()
    {
        var data = Directory.CreateTempSubdirectory("helpdesk-none-").FullName;
        await using (var server = await HostProcess.ServeAsync("up", database.Environment, "--data", data))
        {
            Assert.Empty(Directory.GetDirectories(data, "postgres*"));
            server.Terminate();
            Assert.Equal(0, await server.EndAsync());
        }

        Assert.Equal(1, (await database.QueryAsync<int>("select 1")).Single());
        Directory.Delete(data, recursive: true);
    }

    private async Task RefusedAsync(string role, string because)
    {
        var environment = database.Environment;
        environment["ConnectionStrings__Helpdesk"] =
            new NpgsqlConnectionStringBuilder(database.Server) { Username = role, Password = Secret }.ConnectionString;
        var outcome = (await HostProcess.RunAsync(environment, "serve", "--port", "0")).Refused(because);
        Assert.DoesNotContain(Secret, outcome.Said, StringComparison.Ordinal);
        (await HostProcess.RunAsync(environment, "check")).Refused(because);
    }
}
