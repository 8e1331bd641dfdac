using Helpdesk.SharedKernel.Http.Dialects;

namespace Helpdesk.Access;

/// <summary>Makes an API key for the tenant of the scope. The text of the key is in the reply and nowhere else, ever.</summary>
[Requires(Permission.Operate)]
public sealed record MintKey(
    string Label, string[] Scopes, string Environment, string Dialect, string OwnerName, string OwnerEmail,
    DateTime? ExpiresAt, int? RatePerMinute, int? RatePerHour) : ICommand<MintedKey>;

/// <summary>A key, at the only moment when its text is known.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Token">The text that clients send.</param>
public sealed record MintedKey(long Id, string Token);

/// <summary>A key was made.</summary>
/// <param name="KeyId">The key's id.</param>
/// <param name="Label">Its label.</param>
/// <param name="Scopes">What it may do.</param>
public sealed record KeyMinted(long KeyId, string Label, string[] Scopes) : DomainEvent("api_key.created", "api_key", KeyId)
{
    /// <inheritdoc/>
    public override object Payload => new { Label, Scopes };
}

internal sealed class MintKeyValidator : AbstractValidator<MintKey>
{
    public MintKeyValidator(IEnumerable<Dialect> dialects, TimeProvider clock)
    {
        RuleFor(x => x.Label).NotEmpty().MaximumLength(80);
        RuleFor(x => x.Dialect).Must(name => dialects.Any(dialect => dialect.Name == name))
            .WithMessage($"must be one of {string.Join(", ", dialects.Select(dialect => dialect.Name))}.");
        RuleFor(x => x.Scopes).NotEmpty();
        RuleFor(x => x.Environment).Must(environment => environment is "live" or "test").WithMessage("must be live or test.");
        foreach (var dialect in dialects)
        {
            When(x => x.Dialect == dialect.Name, () =>
            {
                RuleForEach(x => x.Scopes).Must(scope => dialect.Scopes.All.Contains(scope))
                    .WithMessage($"must be among {string.Join(", ", dialect.Scopes.All)}.");
                RuleFor(x => x.Environment).Must(environment => environment is "live" || dialect.Keys.Test is not null)
                    .WithMessage($"must be live: {dialect.Name} has no test environment.");
                RuleFor(x => x.RatePerMinute).Must(rate => rate is null || dialect.HasLimits).WithMessage($"cannot be set: {dialect.Name} has no limits.");
                RuleFor(x => x.RatePerHour).Must(rate => rate is null || dialect.HasLimits).WithMessage($"cannot be set: {dialect.Name} has no limits.");
            });
        }

        RuleFor(x => x.OwnerEmail).NotEmpty().EmailAddress().MaximumLength(254);
        RuleFor(x => x.OwnerName).NotEmpty().MaximumLength(120);
        RuleFor(x => x.ExpiresAt).Must(expiry => expiry is null || expiry > clock.GetUtcNow().UtcDateTime).WithMessage("must be in the future.");
        RuleFor(x => x.RatePerMinute).GreaterThanOrEqualTo(1);
        RuleFor(x => x.RatePerHour).GreaterThanOrEqualTo(1);
    }
}

internal sealed class MintKeyHandler(
    TenantDb db, EventLog log, Ids ids, Signals signals, IEnumerable<Dialect> dialects, TimeProvider clock)
    : IRequestHandler<MintKey, Result<MintedKey>>
{
    private const string InsertSql = """
        insert into access.api_key (tenant_id, id, label, environment, dialect, prefix, hash, scopes, rate_per_minute, rate_per_hour,
            owner_name, owner_email, expires_at, created_at)
        values (@TenantId, @Id, @Label, @Environment, @Dialect, @Prefix, @Hash, @Scopes, @RatePerMinute, @RatePerHour,
            @OwnerName, @OwnerEmail, @ExpiresAt, @Now)
        """;

    public Task<Result<MintedKey>> Handle(MintKey request, CancellationToken cancellationToken)
    {
        var form = dialects.First(dialect => dialect.Name == request.Dialect).Keys;
        var token = KeyText.New(request.Environment == "test" ? form.Test! : form.Live);
        var id = ids.Next();
        db.Enqueue(InsertSql, new
        {
            db.TenantId,
            Id = id,
            request.Label,
            request.Environment,
            request.Dialect,
            Prefix = KeyText.PrefixOf(token),
            Hash = KeyText.Hash(token),
            request.Scopes,
            request.RatePerMinute,
            request.RatePerHour,
            request.OwnerName,
            OwnerEmail = request.OwnerEmail.ToLowerInvariant(),
            request.ExpiresAt,
            Now = clock.GetUtcNow().UtcDateTime,
        });
        log.Append(new KeyMinted(id, request.Label, request.Scopes));
        signals.Enqueue(db, TenantDirectory.Topic);
        return Task.FromResult<Result<MintedKey>>(new MintedKey(id, token));
    }
}
