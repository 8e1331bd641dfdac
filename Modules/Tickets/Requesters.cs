namespace Helpdesk.Tickets;

/// <summary>Finds and makes the people who ask.</summary>
internal sealed class Requesters(TenantDb db, Ids ids, TimeProvider clock, KnownRequesters known)
{
    private const string ByEmailSql = "select id, name, email, created_at from tickets.requester where tenant_id = @TenantId and email = @Email";

    private const string ByIdSql = "select id, name, email, created_at from tickets.requester where tenant_id = @TenantId and id = @Id";

    private const string ByIdsSql = """
        select id, name, email, created_at from tickets.requester where tenant_id = @TenantId and id = any(@Ids)
        """;

    private const string InsertSql = """
        insert into tickets.requester (tenant_id, id, name, email, created_at) values (@TenantId, @Id, @Name, @Email, @Now)
        """;

    /// <summary>The requester with this id, or null.</summary>
    public async Task<RequesterView?> FindAsync(long id, CancellationToken ct) =>
        (await db.SingleOrDefaultAsync<Row>(ByIdSql, new { db.TenantId, Id = id }, ct))?.ToView();

    /// <summary>Who asks in each of the tickets, in their order. Reads only those that this process has not seen yet.</summary>
    public async ValueTask<RequesterView[]> OfAsync(List<Ticket> tickets, CancellationToken ct)
    {
        var found = new RequesterView[tickets.Count];
        HashSet<long>? unseen = null;
        for (var i = 0; i < found.Length; i++)
        {
            if (known.Find(db.TenantId, tickets[i].RequesterId) is { } requester)
                found[i] = requester;
            else
                (unseen ??= []).Add(tickets[i].RequesterId);
        }

        if (unseen is null)
            return found;
        var read = await db.ListAsync<Row>(ByIdsSql, new { db.TenantId, Ids = unseen.ToArray() }, ct);
        var byId = read.ToDictionary(row => row.Id, row => row.ToView());
        foreach (var requester in byId.Values)
            known.Keep(db.TenantId, requester);
        for (var i = 0; i < found.Length; i++)
            found[i] ??= byId[tickets[i].RequesterId];
        return found;
    }

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
        if (known.FindOwner(db.TenantId, owner.Email) is { } seen)
            return seen;
        var requester = await FindOrAddAsync(owner.Email, owner.Name, ct);
        var tenantId = db.TenantId;
        db.AfterCommit(() => known.KeepOwner(tenantId, requester));
        return requester;
    }

    private sealed record Row(long Id, string Name, string Email, DateTime CreatedAt)
    {
        public RequesterView ToView() => RequesterView.Of(Id, Name, Email, CreatedAt);
    }
}
