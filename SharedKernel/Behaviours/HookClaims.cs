using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.SharedKernel.Behaviours;

/// <summary>
/// Retry keys of hooks. What a hook does costs money before anything can be committed, so the key is claimed by a small transaction before
/// the work: a row without an answer, status 0. A twin meets the row and is told to come back. The claim of a process that died is
/// taken over when it is older than any hook can be.
/// </summary>
internal sealed class HookClaims(TenantDb db, RequestContext context, TimeProvider clock)
{
    private static readonly TimeSpan LongestWork = TimeSpan.FromMinutes(2);

    private const string TakeSql = """
        insert into kernel.idempotency as i (tenant_id, caller_id, identity, fingerprint, status, reply, late_token, late_number, created_at)
        values (@TenantId, @CallerId, @Identity, @Fingerprint, 0, '', null, null, @Now)
        on conflict (tenant_id, caller_id, identity) do update
        set fingerprint = excluded.fingerprint, status = 0, reply = '', created_at = excluded.created_at
        where i.created_at <= @Forgotten or (i.status = 0 and i.created_at <= @Abandoned)
        returning true
        """;

    private const string FindSql = """
        select fingerprint, status, reply from kernel.idempotency
        where tenant_id = @TenantId and caller_id = @CallerId and identity = @Identity
        """;

    private const string KeepSql = """
        update kernel.idempotency set status = @Status, reply = @Reply
        where tenant_id = @TenantId and caller_id = @CallerId and identity = @Identity and status = 0 and created_at = @Now
        """;

    private const string ReleaseSql = """
        delete from kernel.idempotency
        where tenant_id = @TenantId and caller_id = @CallerId and identity = @Identity and status = 0 and created_at = @Now
        """;

    private DateTime _now;

    /// <summary>Claims the key: null. Or else the answer that is stored under it, or why there is none to give.</summary>
    public async Task<Result<RenderedReply?>> TakeAsync(IdempotencyKey key, CancellationToken ct)
    {
        // To the millisecond, so that the database gives back the same.
        var now = clock.GetUtcNow().UtcDateTime;
        _now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        var args = new
        {
            db.TenantId,
            CallerId = context.Caller.Id,
            key.Identity,
            key.Fingerprint,
            Now = _now,
            Forgotten = _now - Idempotency.Memory,
            Abandoned = _now - LongestWork,
        };
        var (taken, stored) = await db.ReadAsync([new(TakeSql, args), new(FindSql, args)], async rows =>
            (await rows.SingleOrDefaultAsync<bool>(ct), await rows.SingleOrDefaultAsync<Stored>(ct)), ct);
        return taken ? (RenderedReply?)null
            : stored is null ? Idempotency.InProgress
            : stored.Fingerprint != key.Fingerprint ? Idempotency.Reused
            : stored.Status == 0 ? Idempotency.InProgress
            : new RenderedReply(stored.Status, stored.Reply, Replayed: true);
    }

    /// <summary>Adds the answer to what the hook writes: repeats get it for a day.</summary>
    public void Keep(IdempotencyKey key, RenderedReply reply) => db.EnqueueLast(KeepSql, new
    {
        db.TenantId,
        CallerId = context.Caller.Id,
        key.Identity,
        reply.Status,
        Reply = reply.Body,
        Now = _now,
    });

    /// <summary>Gives the key back with what the hook writes: the next try is a new one.</summary>
    public void Release(IdempotencyKey key) =>
        db.EnqueueLast(ReleaseSql, new { db.TenantId, CallerId = context.Caller.Id, key.Identity, Now = _now });

    private sealed record Stored(Guid Fingerprint, int Status, string Reply);
}
