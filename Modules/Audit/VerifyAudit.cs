namespace Helpdesk.Audit;

/// <summary>
/// Verifies that the audit log is as the server wrote it: no event changed, removed, inserted or cut off since. Looks at 20,000 events in a
/// call and says in <c>next_seq</c> where to go on; whoever follows it to the end has verified the whole.
/// </summary>
/// <param name="FromSeq">Where to begin; the beginning when absent.</param>
/// <param name="CheckpointSeq">The number of a checkpoint that you kept: the log must still lead to it.</param>
/// <param name="CheckpointHash">The hash of that checkpoint, 64 hexadecimal digits.</param>
[Requires(Permission.AuditRead)]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record VerifyAudit(long? FromSeq, long? CheckpointSeq, string? CheckpointHash) : IQuery<AuditVerification>;

internal sealed class VerifyAuditValidator : AbstractValidator<VerifyAudit>
{
    private const int HashDigits = 64;

    public VerifyAuditValidator()
    {
        RuleFor(x => x.FromSeq).GreaterThanOrEqualTo(1);
        RuleFor(x => x.CheckpointSeq).GreaterThanOrEqualTo(1);
        RuleFor(x => x.CheckpointSeq).NotNull().When(x => x.CheckpointHash is not null).WithMessage("must be given with checkpoint_hash.");
        RuleFor(x => x.CheckpointHash).NotNull().When(x => x.CheckpointSeq is not null).WithMessage("must be given with checkpoint_seq.");
        RuleFor(x => x.CheckpointHash).Must(hash => hash is null || (hash.Length == HashDigits && hash.All(char.IsAsciiHexDigit)))
            .WithMessage("must be 64 hexadecimal digits.");
    }
}

internal sealed class VerifyAuditHandler(TenantDb db, LogVerifier verifier) : IRequestHandler<VerifyAudit, Result<AuditVerification>>
{
    private const long MostEvents = 20_000;

    public async Task<Result<AuditVerification>> Handle(VerifyAudit request, CancellationToken cancellationToken)
    {
        KeptPlace[] kept = request.CheckpointSeq is { } seq
            ? [new(seq, Convert.FromHexString(request.CheckpointHash!), "the checkpoint that you kept")]
            : [];
        return await verifier.VerifyAsync(db.TenantId, request.FromSeq ?? 1, MostEvents, kept, cancellationToken);
    }
}

internal sealed class VerifyAuditEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/audit/verify", Slice.Found<VerifyAudit, AuditVerification>())
        .WithSummary("Verify the audit log").WithTags("Audit");
}
