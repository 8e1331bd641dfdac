namespace Helpdesk.__Module__.Tests;

internal static class __Noun__Rows
{
    private static long _last = Random.Shared.NextInt64(1L << 40, 1L << 50);

    /// <summary>
    /// Puts a row there past the API, so that the tests of one slice do not stand on another; answers its id, larger than those before.
    /// </summary>
    public static async Task<long> Add__Noun__Async(this TestTenant tenant, string name)
    {
        var id = Interlocked.Increment(ref _last);
        await tenant.App.OwnerSqlAsync(
            "insert into __module__.__noun__ (tenant_id, id, name, created_at, updated_at) values (@Tenant, @id, @name, now(), now())",
            new { Tenant = tenant.Id, id, name });
        return id;
    }
}
