using Helpdesk.Audit.Contracts;

namespace Helpdesk.Audit;

/// <inheritdoc cref="IPublishedLog"/>
internal sealed class PublishedLog(Database database) : IPublishedLog
{
    private const string ReadSql = """
        select p.event_id, p.type, p.at, p.data from audit.published p where p.tenant_id = @TenantId and p.event_id = any(@EventIds)
        """;

    // Found by the ids of their time and only then put into order: along the numbers, all history before it would be walked through.
    private const string ListSql = """
        with found as materialized (
            select p.id as seq, p.event_id, p.type from audit.published p
            where p.tenant_id = @TenantId and p.event_id >= @FromId and p.event_id < @ToId and p.is_test = @IsTest and p.type = any(@Types)
            order by p.event_id limit @Most)
        select found.event_id as id, found.type from found order by found.seq
        """;

    public async Task<IReadOnlyDictionary<long, PublishedEventView>> ReadAsync(long tenantId, long[] eventIds, CancellationToken ct)
    {
        var rows = await TenantDb.For(database, tenantId).ListAsync<Row>(ReadSql, new { TenantId = tenantId, EventIds = eventIds }, ct);
        return rows.ToDictionary(
            row => row.EventId,
            row => new PublishedEventView(EventName.Of(tenantId, row.EventId), row.Type, row.At, new RawJson(row.Data)));
    }

    public async Task<IReadOnlyList<PublishedName>> ListAsync(
        long tenantId, bool isTest, string[] types, DateTime since, DateTime until, int most, CancellationToken ct) =>
        await TenantDb.For(database, tenantId).ListAsync<PublishedName>(ListSql, new
        {
            TenantId = tenantId,
            IsTest = isTest,
            Types = types,
            FromId = FirstId(since),
            ToId = FirstId(until),
            Most = most,
        }, ct);

    /// <summary>
    /// The least id of an event at this time or later: the times of events are those of their ids, to the millisecond. Behind the last
    /// millisecond of the calendar there is none.
    /// </summary>
    internal static long FirstId(DateTime time)
    {
        var ticks = (time.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond;
        return ticks > DateTime.MaxValue.Ticks ? long.MaxValue : Ids.FirstAt(new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    private sealed record Row(long EventId, string Type, DateTime At, string Data);
}
