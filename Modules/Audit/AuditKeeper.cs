using Helpdesk.Audit.Contracts;

namespace Helpdesk.Audit;

/// <inheritdoc cref="IAuditKeeper"/>
internal sealed class AuditKeeper(
    Database database, LogReader log, LogVerifier verifier, CheckpointWriter checkpoints, SigningKeys keys) : IAuditKeeper
{
    private const long Portion = 20_000;

    private const string LastDroppedSql = """
        select s.last_seq from audit.seal s
        where s.tenant_id = @TenantId and s.newest_id < @BeforeId order by s.first_seq desc limit 1
        """;

    private const string NumbersSql = """
        with gone as (delete from log.feed f where f.tenant_id = @TenantId and f.id > @After and f.id <= @UpTo returning 1)
        select count(*) from gone
        """;

    private const string PublishedSql = """
        with gone as (delete from audit.published p where p.tenant_id = @TenantId and p.id > @After and p.id <= @UpTo returning 1)
        select count(*) from gone
        """;

    private const string HashesSql = """
        with gone as (
            update audit.seal s set members = null
            where s.tenant_id = @TenantId and s.first_seq > @After and s.first_seq <= @UpTo and s.newest_id < @BeforeId and s.members is not null
            returning 1)
        select count(*) from gone
        """;

    public async Task<AuditVerification> VerifyAsync(Tenant tenant, IReadOnlyList<AuditCheckpointView> kept, CancellationToken ct)
    {
        var own = kept.Where(view => view.TenantId == tenant.Id).Select(Checkpoint.Of).ToList();
        var found = await verifier.VerifyAsync(
            tenant.Id, 1, long.MaxValue, [.. own.Select(kept => new KeptPlace(kept.Seq, kept.Hash, $"the kept checkpoint {kept.Number}"))], ct);
        var forged = own.Find(checkpoint => keys.WhyNotTrust(checkpoint) is not null);
        return forged is null || !found.Intact ? found : found with
        {
            Intact = false,
            FirstFault = new(AuditFaultKind.CheckpointChanged, forged.Seq, null, $"The kept checkpoint {forged.Number} {keys.WhyNotTrust(forged)}."),
        };
    }

    public async Task<AuditCheckpointView?> SignAsync(Tenant tenant, CancellationToken ct) =>
        checkpoints.CanSign ? (await checkpoints.SignAsync(tenant.Id, ct))?.View() : null;

    public async Task<long> ExportAsync(Tenant tenant, TextWriter to, CancellationToken ct)
    {
        if (checkpoints.CanSign)
            await checkpoints.SignAsync(tenant.Id, ct);
        return await new AuditExport(log, to).WriteAsync(tenant, ct);
    }

    public async Task ForgetAsync(Tenant tenant, CancellationToken ct)
    {
        if (await log.BoundaryAsync(tenant.Id, ct) is not { BeforeId: > 0 } boundary || keys.WhyNotTrust(boundary) is not null)
            return;
        var db = TenantDb.For(database, tenant.Id);
        var last = await db.SingleOrDefaultAsync<long?>(LastDroppedSql, new { TenantId = tenant.Id, boundary.BeforeId }, ct) ?? 0;
        for (var after = 0L; after < last; after += Portion)
        {
            var args = new { TenantId = tenant.Id, After = after, UpTo = Math.Min(last, after + Portion), boundary.BeforeId };
            await db.SingleOrDefaultAsync<long>(NumbersSql, args, ct);
            await db.SingleOrDefaultAsync<long>(PublishedSql, args, ct);
            await db.SingleOrDefaultAsync<long>(HashesSql, args, ct);
        }
    }

    public string PublicKeys() => keys.PublicKeys();
}
