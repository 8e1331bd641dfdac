using System.Collections.Concurrent;

namespace Helpdesk.Tickets;

/// <summary>Finds and makes the people who ask.</summary>
internal sealed class Requesters(TenantDb db, Ids ids, TimeProvider clock, OwnerRequesters owners)
{
    private const string ByEmailSql = "select id, name, email, created_at from tickets.requester where tenant_id = @TenantId and email = @Email";

    private const string ByIdSql = "select id, name, email, created_at from tickets.requester where tenant_id = @TenantId and id = @Id";

    private const string InsertSql = """
        insert into tickets.requester (tenant_id, id, name, email, created_at) values (@TenantId, @Id, @Name, @Email, @Now)
        """;

    /// <summary>The requester with this id, or null.</summary>
    public async Task<RequesterView?> FindAsync(long id, CancellationToken ct) =>
        (await db.SingleOrDefaultAsync<Row>(ByIdSql, new { db.TenantId, Id = id }, ct))?.ToView();

    /// <summary>
    /// The requester with this address, made in the transaction of the request when there is none. When another request makes the same
    /// one at the same moment, the address is taken at the commit and the whole decision is made again.
    /// </summary>
    public async Task<RequesterView> FindOrAddAsync(string email, string? name, CancellationToken ct)
    {
        email = email.ToLowerInvariant();
        var found = await db.SingleOrDefaultAsync<Row>(ByEmailSql, new { db.TenantId, Email = email }, ct);
        if (found is not null)
            return found.ToView();
        if (string.IsNullOrEmpty(name))
            name = email[..email.IndexOf('@')];
        var added = RequesterView.Of(ids.Next(), name, email, clock.GetUtcNow().UtcDateTime);
        db.Enqueue(InsertSql, new { db.TenantId, added.Id, added.Name, added.Email, Now = added.CreatedAt });
        return added;
    }

    /// <summary>The owner of an API key as a requester. Asked for by nearly every program's tickets, so it is remembered.</summary>
    public async ValueTask<RequesterView> OwnerAsync(Person owner, CancellationToken ct)
    {
        if (owners.Find(db.TenantId, owner.Email) is { } known)
            return known;
        var requester = await FindOrAddAsync(owner.Email, owner.Name, ct);
        var tenantId = db.TenantId;
        db.AfterCommit(() => owners.Keep(tenantId, requester));
        return requester;
    }

    private sealed record Row(long Id, string Name, string Email, DateTime CreatedAt)
    {
        public RequesterView ToView() => RequesterView.Of(Id, Name, Email, CreatedAt);
    }
}

/// <summary>The owners of API keys as requesters, by tenant and address. Nothing changes a requester, so nothing here grows stale.</summary>
internal sealed class OwnerRequesters
{
    private const int Most = 10_000;
    private readonly ConcurrentDictionary<(long, string), RequesterView> _known = new();

    public RequesterView? Find(long tenantId, string email) => _known.GetValueOrDefault((tenantId, email));

    public void Keep(long tenantId, RequesterView requester)
    {
        if (_known.Count >= Most)
            _known.Clear();
        _known[(tenantId, requester.Email)] = requester;
    }
}
