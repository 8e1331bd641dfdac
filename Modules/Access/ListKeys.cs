namespace Helpdesk.Access;

/// <summary>The keys of the tenant of the scope, newest first, without their text.</summary>
[Requires(Permission.Operate)]
public sealed record ListKeys : IQuery<IReadOnlyList<KeyRow>>;

/// <summary>A key as the operator's list shows it.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Label">Its label.</param>
/// <param name="Dialect">The API that it is for.</param>
/// <param name="Environment"><c>live</c> or <c>test</c>.</param>
/// <param name="Prefix">The first characters of its text.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="ExpiresAt">From when on it is refused.</param>
/// <param name="RevokedAt">When it was ended.</param>
/// <param name="LastUsedAt">When it was last used, to about a minute.</param>
/// <param name="LastUsedIp">From where it was last used.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record KeyRow(
    long Id, string Label, string Dialect, string Environment, string Prefix, string[] Scopes, DateTime? ExpiresAt, DateTime? RevokedAt,
    DateTime? LastUsedAt, string? LastUsedIp, DateTime CreatedAt);

internal sealed class ListKeysHandler(TenantDb db) : IRequestHandler<ListKeys, Result<IReadOnlyList<KeyRow>>>
{
    internal const string SelectSql = """
        select id, label, dialect, environment, prefix, scopes, expires_at, revoked_at, last_used_at, last_used_ip, created_at
        from access.api_key where tenant_id = @TenantId
        """;

    private const string ListSql = SelectSql + " order by id desc";

    public async Task<Result<IReadOnlyList<KeyRow>>> Handle(ListKeys request, CancellationToken cancellationToken) =>
        await db.ListAsync<KeyRow>(ListSql, new { db.TenantId }, cancellationToken);
}
