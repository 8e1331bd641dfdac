namespace Helpdesk.Audit;

/// <summary>
/// Says, signed, that events of the tenant before a time may be dropped: from then on their absence is no fault, and the proof of
/// those that stay begins there. Drops nothing itself.
/// </summary>
/// <remarks>Refuses while events before the time are not sealed or not read by every consumer, without a key, and when the log is broken.</remarks>
/// <param name="Before">Events before this time may go.</param>
/// <param name="EvenIfBroken">Whether to go on although the log does not verify: what is dropped can never be looked at again.</param>
[Requires(Permission.Operate)]
public sealed record RetainAudit(DateTime Before, bool EvenIfBroken) : ICommand<AuditRetention>;

/// <summary>What retention has allowed.</summary>
/// <param name="BeforeId">Events with smaller ids may be dropped.</param>
public sealed record AuditRetention(long BeforeId);

/// <summary>Events before a time were dropped from the log.</summary>
/// <param name="TenantId">The tenant's id.</param>
/// <param name="Before">The time.</param>
public sealed record AuditRetained(long TenantId, DateTime Before) : DomainEvent("audit.retained", "audit", TenantId)
{
    /// <inheritdoc/>
    public override object Payload => new { Before };
}

internal sealed class RetainAuditHandler(
    TenantDb db, EventLog events, LogReader log, LogVerifier verifier, CheckpointWriter checkpoints) : IRequestHandler<RetainAudit, Result<AuditRetention>>
{
    private const string WaitingSql = """
        select exists (select from log.outbox o where o.tenant_id = @TenantId and o.event_id < @BeforeId)
            or exists (select from log.feed f where f.tenant_id = @TenantId and f.id > @Head and f.event_id < @BeforeId)
        """;

    private const string BehindSql = """
        select c.name from log.consumer c
        where c.tenant_id = @TenantId and exists (
            select from log.feed f where f.tenant_id = @TenantId and f.id > c.last_seq and f.event_id < @BeforeId)
        """;

    // Somebody else's checkpoint in the same moment would make this one say too little: the transaction ends and is decided again.
    private const string SignSql = $"""
        with signed as ({CheckpointWriter.InsertSql}) select kernel.expect_one(count(*)) from signed
        """;

    public async Task<Result<AuditRetention>> Handle(RetainAudit request, CancellationToken cancellationToken)
    {
        if (!checkpoints.CanSign)
            return Error.Conflict("no_signing_key", "Retention has to be signed: set Helpdesk:Audit:SigningKey.");
        var beforeId = Ids.FirstAt(request.Before);
        var head = await log.HeadAsync(db.TenantId, cancellationToken);
        var args = new { db.TenantId, BeforeId = beforeId, Head = head?.LastSeq ?? 0 };
        if (await db.SingleOrDefaultAsync<bool>(WaitingSql, args, cancellationToken))
            return Error.Conflict("not_sealed", "Events before this time are not sealed yet. Is a server running?");
        if (head is null)
            return new AuditRetention(beforeId);
        if (await db.ListAsync<string>(BehindSql, args, cancellationToken) is [var behind, ..])
            return Error.Conflict("not_read", $"The consumer '{behind}' has not read all events before this time.");
        var last = await log.LastCheckpointAsync(db.TenantId, long.MaxValue, cancellationToken);
        if (last is not null && last.BeforeId >= beforeId)
            return new AuditRetention(last.BeforeId);
        if (!request.EvenIfBroken
            && (await verifier.VerifyAsync(db.TenantId, 1, long.MaxValue, [], cancellationToken)).FirstFault is { } fault)
        {
            return Error.Conflict("log_broken", $"The log does not verify: {fault.Message}");
        }

        db.Enqueue(SignSql, checkpoints.Next(db.TenantId, head, last, beforeId));
        events.Append(new AuditRetained(db.TenantId, request.Before));
        return new AuditRetention(beforeId);
    }
}
