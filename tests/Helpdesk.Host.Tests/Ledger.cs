using Dapper;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>Holds what clients were told against what the database has.</summary>
internal static class Ledger
{
    public static async Task AgreesWithAsync(string owner, Load load)
    {
        await using var connection = new NpgsqlConnection(owner);
        var tickets = (await connection.QueryAsync<(string Subject, long Id, int Number)>(
            "select subject, id, number from tickets.ticket where subject like 'load %'")).AsList();
        Assert.NotEmpty(tickets);
        Assert.Equal(tickets.Count, tickets.Select(ticket => ticket.Subject).Distinct().Count());
        Assert.Equal(
            load.Acknowledged.Select(pair => (pair.Key, pair.Value.Id, pair.Value.Reference)).OrderBy(ticket => ticket.Id),
            tickets.Select(ticket => (ticket.Subject, ticket.Id, $"HD-{ticket.Number:D6}")).OrderBy(ticket => ticket.Id));

        // Every ticket with its first message and its event, once; every number once and none left out.
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("""
            select count(*) from tickets.ticket t where subject like 'load %' and (
                1 <> (select count(*) from tickets.message m where m.tenant_id = t.tenant_id and m.ticket_id = t.id)
                or 1 <> (select count(*) from log.event e where e.tenant_id = t.tenant_id and e.ticket_id = t.id and e.event_key = 'ticket.created'))
            """));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("""
            select count(*) from (
                select tenant_id from tickets.ticket group by tenant_id
                having count(*) <> max(number) or min(number) <> 1 or count(distinct number) <> count(*)) wrong
            """));
        Assert.Equal(
            await connection.ExecuteScalarAsync<long>("select count(*) from tickets.ticket"),
            await connection.ExecuteScalarAsync<long>("select sum(count)::bigint from tickets.tally where kind = 'q'"));
        await FeedIsWholeAsync(connection);
    }

    /// <summary>Every event reaches the feed, once, under numbers without a gap.</summary>
    public static async Task FeedIsWholeAsync(NpgsqlConnection connection)
    {
        for (var tries = 0; tries < 100 && await connection.ExecuteScalarAsync<long>("select count(*) from log.outbox") > 0; tries++)
            await Task.Delay(50);
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("select count(*) from log.outbox"));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("""
            select count(*) from log.event e
            where 1 <> (select count(*) from log.feed f where f.tenant_id = e.tenant_id and f.event_id = e.id)
            """));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("""
            select count(*) from (
                select f.tenant_id from log.feed f join log.stream s using (tenant_id) group by f.tenant_id
                having min(f.id) <> 1 or max(f.id) <> count(*) or max(s.last_seq) <> count(*)) gaps
            """));
    }
}
