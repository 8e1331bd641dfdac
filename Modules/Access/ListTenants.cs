namespace Helpdesk.Access;

/// <summary>All tenants of the installation, by slug. Only the owner of the schema may ask.</summary>
[Requires(Permission.Operate)]
public sealed record ListTenants : IQuery<IReadOnlyList<TenantRow>>;

internal sealed class ListTenantsHandler(Database database) : IRequestHandler<ListTenants, Result<IReadOnlyList<TenantRow>>>
{
    private const string ListSql = "select id, slug, name, plan, is_disabled, created_at from access.all_tenants()";

    public async Task<Result<IReadOnlyList<TenantRow>>> Handle(ListTenants request, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await Dapper.SqlMapper.QueryAsync<TenantRow>(connection, ListSql)).ToList();
    }
}
