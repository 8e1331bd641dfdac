using Helpdesk.SharedKernel.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Helpdesk.Host.Tests;

public sealed class SignalsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Word_arrives()
    {
        await using var server = await RunningServer.StartAsync(app.ServerConnectionString);
        var signals = server.Services.GetRequiredService<Signals>();
        await WaitUntilAsync(() => signals.IsListening);
        var heard = new TaskCompletionSource<long>();
        signals.Received += (topic, number) =>
        {
            if (topic == "test")
                heard.TrySetResult(number);
        };
        await app.OwnerSqlAsync("select pg_notify('helpdesk', 'test:42')");
        Assert.Equal(42, await heard.Task.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Listening_where_no_word_comes_is_not_listening()
    {
        // A LISTEN that succeeds and hears nothing, as behind a pooler: it listens in another database.
        var elsewhere = new NpgsqlConnectionStringBuilder(app.OwnerConnectionString) { Database = "postgres" }.ConnectionString;
        await using var server = await RunningServer.StartAsync(app.ServerConnectionString, new KeyValuePair<string, string?>("ConnectionStrings:HelpdeskDirect", elsewhere));
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key);
        Assert.Equal(200, await StatusAsync(server, tenant, key.Token));

        await tenant.RevokeAsync(key.Id);
        await Task.Delay(1200);
        Assert.Equal(401, await StatusAsync(server, tenant, key.Token));
        await Task.Delay(3000);
        Assert.False(server.Services.GetRequiredService<Signals>().IsListening);
    }

    private static async Task<int> StatusAsync(RunningServer server, TestTenant tenant, string token)
    {
        using var response = await server.SendAsync(HttpMethod.Get, tenant.Slug, token, "/api/v1/helpdesk/tickets");
        return (int)response.StatusCode;
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        for (var attempt = 0; !condition(); attempt++)
        {
            Assert.True(attempt < 100);
            await Task.Delay(50);
        }
    }
}
