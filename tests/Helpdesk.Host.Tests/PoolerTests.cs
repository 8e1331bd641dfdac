using Helpdesk.SharedKernel.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.Host.Tests;

/// <summary>The server behind pgbouncer in transaction mode. Where that is not installed, there is nothing to test against.</summary>
public sealed class PoolerTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Tickets = "/api/v1/helpdesk/tickets";
    private static readonly KeyValuePair<string, string?> Unprepared = new("Helpdesk:Database:Prepare", "false");

    [PoolerFact]
    public async Task Serves_through_it_and_notices_that_it_hears_nothing()
    {
        await using var server = await RunningServer.StartAsync(await Pooler.StartAsync(app.ServerConnectionString), Unprepared);
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key with { RatePerMinute = 10_000, RatePerHour = 10_000 });
        await Parallel.ForAsync(0, 200, async (i, _) =>
        {
            using var created = await server.SendAsync(HttpMethod.Post, tenant.Slug, key.Token, Tickets, $$"""{"subject":"Lamp {{i}}","body":"It is dark."}""");
            Assert.Equal(201, (int)created.StatusCode);
            using var listed = await server.SendAsync(HttpMethod.Get, tenant.Slug, key.Token, Tickets + "?limit=5");
            Assert.Equal(200, (int)listed.StatusCode);
        });
        await Task.Delay(4000);
        Assert.False(server.Services.GetRequiredService<Signals>().IsListening);

        await tenant.RevokeAsync(key.Id);
        await Task.Delay(1200);
        using var refused = await server.SendAsync(HttpMethod.Get, tenant.Slug, key.Token, Tickets);
        Assert.Equal(401, (int)refused.StatusCode);
    }

    [PoolerFact]
    public async Task Hears_signals_past_it()
    {
        await using var server = await RunningServer.StartAsync(await Pooler.StartAsync(app.ServerConnectionString), Unprepared,
            new KeyValuePair<string, string?>("ConnectionStrings:HelpdeskDirect", app.ServerConnectionString));
        for (var attempt = 0; !server.Services.GetRequiredService<Signals>().IsListening; attempt++)
        {
            Assert.True(attempt < 100);
            await Task.Delay(50);
        }
    }

    private sealed class PoolerFactAttribute : FactAttribute
    {
        public PoolerFactAttribute() => Skip = Pooler.Program is null ? "pgbouncer is not installed." : null;
    }
}
