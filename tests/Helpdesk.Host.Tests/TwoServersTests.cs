using System.Diagnostics;
using System.Net;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>Two processes on one database are one helpdesk.</summary>
public sealed class TwoServersTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private HostProcess _one = null!;
    private HostProcess _other = null!;

    public async Task InitializeAsync()
    {
        (_one, _other) = (HostProcess.Start("serve", database.Environment), HostProcess.Start("serve", database.Environment));
        await Task.WhenAll(_one.ServesAsync(), _other.ServesAsync());
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task A_key_that_was_revoked_is_refused_by_both_within_a_second()
    {
        var (tenant, key) = await database.TenantAsync();
        using var client = new DeskClient(key.Token);
        Assert.Equal(HttpStatusCode.OK, await client.AskAsync(_one));
        Assert.Equal(HttpStatusCode.OK, await client.AskAsync(_other));

        await database.RevokeAsync(tenant, key);

        await RefusedWithinASecondAsync(client, _one);
        await RefusedWithinASecondAsync(client, _other);
    }

    [Fact]
    public async Task A_key_that_is_being_looked_up_while_it_is_revoked_does_not_stay()
    {
        var (tenant, key) = await database.TenantAsync();
        using var client = new DeskClient(key.Token);
        var definition = (await database.QueryAsync<string>("select pg_get_functiondef('access.find_key(bytea)'::regprocedure)")).Single();
        // The answer takes a while to arrive, as over a slow network.
        const string condition = "k.revoked_at is null";
        Assert.Contains(condition, definition, StringComparison.Ordinal);
        await database.ExecuteAsync(definition.Replace(condition, condition + " and (select pg_sleep(1) is not null)", StringComparison.Ordinal));
        try
        {
            var asking = client.AskAsync(_one);
            await Task.Delay(400);
            await database.RevokeAsync(tenant, key);
            Assert.Equal(HttpStatusCode.OK, await asking);
        }
        finally
        {
            await database.ExecuteAsync(definition);
        }

        await RefusedWithinASecondAsync(client, _one);
    }

    [Fact]
    public async Task Both_make_tickets_at_once_without_stepping_on_each_other()
    {
        var (tenant, key) = await database.TenantAsync();
        using var client = new DeskClient(key.Token);
        var replies = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => client.OpenAsync(i % 2 == 0 ? _one : _other, $"Ticket {i}")));
        Assert.All(replies, reply => Assert.Equal(HttpStatusCode.Created, reply.Status));

        var tickets = await database.QueryAsync<(long Id, int Number)>("select id, number from tickets.ticket where tenant_id = @Id", new { tenant.Id });
        Assert.Equal(80, tickets.Select(ticket => ticket.Id).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 80), tickets.Select(ticket => ticket.Number).Order());
        // Six bits of each id say which process made it.
        Assert.Equal(2, tickets.Select(ticket => (ticket.Id >> 6) & 63).Distinct().Count());
        await using var connection = new NpgsqlConnection(database.Owner);
        await Ledger.FeedIsWholeAsync(connection);
    }

    [Fact]
    public async Task The_same_request_to_both_acts_once()
    {
        var (tenant, key) = await database.TenantAsync();
        using var client = new DeskClient(key.Token);
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => client.OpenAsync(i % 2 == 0 ? _one : _other, "Once")));
        Assert.Single(replies.Select(reply => $"{reply.Status} {reply.Body}").Distinct());
        Assert.Equal(1, (await database.QueryAsync<long>("select count(*) from tickets.ticket where tenant_id = @Id", new { tenant.Id })).Single());
    }

    [Fact]
    public async Task The_limit_of_a_key_holds_for_both_together()
    {
        var (tenant, _) = await database.TenantAsync();
        using var client = new DeskClient((await database.MintAsync(tenant, perMinute: 60)).Token);
        await StartOfAMinuteAsync();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 160).Select(i => client.AskAsync(i % 2 == 0 ? _one : _other)));

        Assert.Equal(60, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(100, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task A_process_that_is_asked_no_more_keeps_little_of_a_limit_from_the_other()
    {
        var (tenant, _) = await database.TenantAsync();
        using var client = new DeskClient((await database.MintAsync(tenant, perMinute: 60)).Token);
        await StartOfAMinuteAsync();
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, await client.AskAsync(_one));

        var passed = 10;
        while (await client.AskAsync(_other) == HttpStatusCode.OK)
            passed++;

        Assert.InRange(passed, 53, 60);
    }

    /// <summary>Waits for a new minute when the present one is nearly over.</summary>
    private static async Task StartOfAMinuteAsync()
    {
        if (DateTime.UtcNow.Second >= 50)
            await Task.Delay(TimeSpan.FromSeconds(60.1 - DateTime.UtcNow.TimeOfDay.TotalSeconds % 60));
    }

    private static async Task RefusedWithinASecondAsync(DeskClient client, HostProcess server)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(1) && await client.AskAsync(server) != HttpStatusCode.Unauthorized)
            await Task.Delay(10);
        Assert.Equal(HttpStatusCode.Unauthorized, await client.AskAsync(server));
    }
}
