using Helpdesk.SharedKernel.Data;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>How many connections a server holds.</summary>
public sealed class ConnectionsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string OpenSql = "select count(*) from pg_stat_activity where application_name = 'counted'";

    [Fact]
    public async Task Forty_at_once_are_served_by_a_few_connections()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var named = new NpgsqlConnectionStringBuilder(app.ServerConnectionString) { ApplicationName = "counted" };
        await using var server = await AnotherServer.StartAsync(
            app, ("ConnectionStrings:Helpdesk", named.ConnectionString), ("Helpdesk:Limits:PerMinute", "1000000"), ("Helpdesk:Limits:PerHour", "1000000"));
        for (var round = 0; round < 5; round++)
        {
            var writes = Enumerable.Range(0, 20).Select(at => SendAsync(HttpMethod.Post, $$"""{"subject":"Number {{at}}","body":"x"}""")).ToArray();
            var reads = Enumerable.Range(0, 20).Select(_ => SendAsync(HttpMethod.Get, null)).ToArray();
            Assert.All(await Task.WhenAll(writes), reply => reply.Created());
            Assert.All(await Task.WhenAll(reads), reply => reply.Expect(200));
        }

        var open = Assert.Single(await app.OwnerQueryAsync<long>(OpenSql));
        var (writing, listening) = (Math.Clamp(Environment.ProcessorCount, 2, 4), 1);
        Assert.InRange(open, 2, new DatabaseOptions().PoolSize + writing + listening);

        Task<ApiReply> SendAsync(HttpMethod method, string? body) => client.SendAsync(method, "tickets", body, null, configure: server.Here);
    }
}
