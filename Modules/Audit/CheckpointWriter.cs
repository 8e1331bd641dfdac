using System.Text.Json;

namespace Helpdesk.Audit;

/// <summary>Signs how far a tenant's chain has come.</summary>
internal sealed class CheckpointWriter(Database database, LogReader log, SigningKeys keys, AuditOptions options, TimeProvider clock)
{
    internal const string InsertSql = """
        insert into audit.checkpoint as c (tenant_id, number, seq, hash, before_id, at, key_id, signature)
        values (@TenantId, @Number, @Seq, @Hash, @BeforeId, @At, @KeyId, @Signature)
        on conflict (tenant_id, number) do nothing returning c.number
        """;

    private readonly Lock _file = new();

    /// <summary>Whether there is a key to sign with.</summary>
    public bool CanSign => keys.KeyId is not null;

    /// <summary>Signs the head of the chain and stores it, unless the last checkpoint says the same; null when nothing is sealed yet.</summary>
    public async Task<Checkpoint?> SignAsync(long tenantId, CancellationToken ct)
    {
        if (await log.HeadAsync(tenantId, ct) is not { } head)
            return null;
        var last = await log.LastCheckpointAsync(tenantId, long.MaxValue, ct);
        if (last is not null && last.Seq == head.LastSeq && last.KeyId == keys.KeyId && keys.WhyNotTrust(last) is null)
            return last;
        var checkpoint = Next(tenantId, head, last, last?.BeforeId ?? 0);
        if (await TenantDb.For(database, tenantId).SingleOrDefaultAsync<int?>(InsertSql, checkpoint, ct) is null)
            return null; // Another node signed in this moment.
        Keep(checkpoint);
        return checkpoint;
    }

    /// <summary>The next checkpoint, signed and not stored.</summary>
    public Checkpoint Next(long tenantId, Seal head, Checkpoint? last, long beforeId)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var at = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        return keys.Sign(new Checkpoint(tenantId, (last?.Number ?? 0) + 1, head.LastSeq, head.Hash, beforeId, at, "", []));
    }

    /// <summary>Adds it to the file that the operator named, where there is one.</summary>
    private void Keep(Checkpoint checkpoint)
    {
        if (string.IsNullOrEmpty(options.CheckpointFile))
            return;
        var line = JsonSerializer.Serialize(checkpoint.View(), WireJson.Options) + "\n";
        lock (_file)
            File.AppendAllText(options.CheckpointFile, line);
    }
}
