namespace Helpdesk.Audit;

/// <summary>Writes a tenant's log as lines: each seal, the events that it covers behind it, and the checkpoints where they were made.</summary>
internal sealed class AuditExport(LogReader log, TextWriter to)
{
    public async Task<long> WriteAsync(Tenant tenant, CancellationToken ct)
    {
        var head = (await log.HeadAsync(tenant.Id, ct))?.LastSeq ?? 0;
        await to.WriteLineAsync(AuditLine.Of(tenant, (await log.BoundaryAsync(tenant.Id, ct))?.BeforeId ?? 0, DateTime.UtcNow));
        var (events, last) = (0L, 0L);
        while (last < head && await log.SealsAsync(tenant.Id, last + 1, ct) is { Count: > 0 } seals)
        {
            var checkpoints = (await log.CheckpointsAsync(tenant.Id, last, seals[^1].LastSeq, ct)).ToLookup(checkpoint => checkpoint.Seq);
            foreach (var seal in seals)
            {
                events += await WriteAsync(tenant.Id, seal, ct);
                foreach (var checkpoint in checkpoints[seal.LastSeq])
                    await to.WriteLineAsync(AuditLine.Of(checkpoint));
                last = Math.Max(last, seal.LastSeq);
            }
        }

        await to.WriteLineAsync(AuditLine.End(last));
        return events;
    }

    private async Task<long> WriteAsync(long tenantId, Seal seal, CancellationToken ct)
    {
        await to.WriteLineAsync(AuditLine.Of(seal));
        if (seal.Members is null)
            return 0;
        var ids = Enumerable.Range(0, (int)(seal.LastSeq - seal.FirstSeq) + 1).Select(seal.IdAt).ToArray();
        var rows = (await log.RunAsync(tenantId, seal.FirstSeq, seal.LastSeq, ids, ct)).Events.ToDictionary(row => row.Id);
        var written = 0L;
        for (var place = 0; place < ids.Length; place++)
        {
            if (!rows.TryGetValue(ids[place], out var row))
                continue;
            await to.WriteLineAsync(AuditLine.Of(seal.FirstSeq + place, row));
            written++;
        }

        return written;
    }
}
