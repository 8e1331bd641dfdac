namespace Helpdesk.Access;

/// <summary>Ends a key of the tenant of the scope, named by its id or by the characters it starts with. On every node at once, for good.</summary>
[Requires(Permission.Operate)]
[Refuses(ErrorKind.NotFound, "api_key_not_found")]
[Refuses(ErrorKind.Conflict, "api_key_ambiguous")]
public sealed record RevokeKey(string IdOrPrefix) : ICommand<KeyRow>;

/// <summary>A key was ended.</summary>
/// <param name="KeyId">The key's id.</param>
/// <param name="Label">Its label.</param>
public sealed record KeyRevoked(long KeyId, string Label) : DomainEvent("api_key.revoked", "api_key", KeyId)
{
    /// <inheritdoc/>
    public override object Payload => new { Label };
}

internal sealed class RevokeKeyHandler(TenantDb db, EventLog log, Signals signals, TimeProvider clock)
    : IRequestHandler<RevokeKey, Result<KeyRow>>
{
    private const string FindSql = ListKeysHandler.SelectSql + """
         and (id::text = @IdOrPrefix or (length(@IdOrPrefix) > length(prefix) - 4 and left(prefix, length(@IdOrPrefix)) = @IdOrPrefix))
        """;

    private const string UpdateSql = """
        update access.api_key set revoked_at = coalesce(revoked_at, @Now) where tenant_id = @TenantId and id = @Id
        """;

    public async Task<Result<KeyRow>> Handle(RevokeKey request, CancellationToken cancellationToken)
    {
        var keys = await db.ListAsync<KeyRow>(FindSql, new { db.TenantId, request.IdOrPrefix }, cancellationToken);
        if (keys.Count == 0)
            return Error.NotFound("api_key_not_found", $"No key of this tenant has the id or prefix '{request.IdOrPrefix}'.");
        if (keys.Count > 1)
            return Error.Conflict("api_key_ambiguous", $"{keys.Count} keys start with '{request.IdOrPrefix}'; name one by its id.");

        var now = clock.GetUtcNow().UtcDateTime;
        db.Enqueue(UpdateSql, new { db.TenantId, keys[0].Id, Now = now });
        log.Append(new KeyRevoked(keys[0].Id, keys[0].Label));
        signals.Enqueue(db, TenantDirectory.Topic);
        return keys[0] with { RevokedAt = keys[0].RevokedAt ?? now };
    }
}
