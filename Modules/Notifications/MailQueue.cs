using Dapper;

namespace Helpdesk.Notifications;

/// <summary>A mail that this process may try to send until <see cref="HeldUntil"/>.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="EventId">What it tells of.</param>
/// <param name="RecipientKind">A <see cref="PrefScope"/>.</param>
/// <param name="RecipientId">Who is told.</param>
/// <param name="EventKey">What preferences call it.</param>
/// <param name="TicketId">The ticket.</param>
/// <param name="MessageId">The message that it shows, if any.</param>
/// <param name="Status">The key of the status that the ticket went to, where it did.</param>
/// <param name="CreatedAt">When it happened.</param>
/// <param name="Attempts">How often it was tried, this time included.</param>
/// <param name="HeldUntil">From then on another process may try it.</param>
internal sealed record QueuedMail(
    long TenantId, long EventId, short RecipientKind, long RecipientId, string EventKey, long TicketId, long? MessageId, string? Status,
    DateTime CreatedAt, int Attempts, DateTime HeldUntil)
{
    public PrefScope Kind => (PrefScope)RecipientKind;
}

/// <summary>
/// The mail that waits. Who takes a row puts its due time off, which is the lease: another process sees it only when that time has passed,
/// and whoever comes late with a result finds the time changed and writes nothing.
/// </summary>
internal sealed class MailQueue(Database database, TimeProvider clock)
{
    /// <summary>Mail that is taken at a time.</summary>
    public const int Batch = 20;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private const string TenantsSql = "select id from notifications.tenants_with_due_mail(@Now, 100) as due(id)";

    private const string TakeSql = """
        with due as (
            select m.event_id, m.recipient_kind, m.recipient_id from notifications.mail m
            where m.tenant_id = @TenantId and m.due_at <= @Now
            order by m.due_at limit @Most for update skip locked)
        update notifications.mail m set due_at = @Until, attempts = m.attempts + 1 from due
        where m.tenant_id = @TenantId and m.event_id = due.event_id and m.recipient_kind = due.recipient_kind and m.recipient_id = due.recipient_id
        returning m.tenant_id, m.event_id, m.recipient_kind, m.recipient_id, m.event_key, m.ticket_id, m.message_id, m.status, m.created_at,
            m.attempts, m.due_at as held_until
        """;

    private const string Held = """
        where tenant_id = @TenantId and event_id = @EventId and recipient_kind = @RecipientKind and recipient_id = @RecipientId
            and due_at = @HeldUntil
        returning event_id
        """;

    private const string SentSql = $"update notifications.mail set due_at = null, sent_at = @Now, last_error = null {Held}";

    private const string LaterSql = $"update notifications.mail set due_at = @At, last_error = @Error {Held}";

    private const string GiveUpSql = $"update notifications.mail set due_at = null, given_up_at = @Now, last_error = @Error {Held}";

    private const string ReleaseSql = $"update notifications.mail set due_at = @Now, attempts = attempts - 1 {Held}";

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>Tenants with mail that is due, in no order.</summary>
    public async Task<IReadOnlyList<long>> TenantsAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<long>(new CommandDefinition(TenantsSql, new { Now }, cancellationToken: ct))).AsList();
    }

    /// <summary>Takes some of a tenant's due mail for this process, the longest due first.</summary>
    public async Task<List<QueuedMail>> TakeAsync(long tenantId, CancellationToken ct)
    {
        var taken = await TenantDb.For(database, tenantId).ListAsync<QueuedMail>(
            TakeSql, new { TenantId = tenantId, Now, Until = Now + Lease, Most = Batch }, ct);
        return [.. taken.OrderBy(mail => mail.EventId)];
    }

    /// <summary>The mail server has it.</summary>
    public Task SentAsync(QueuedMail mail) => WriteAsync(SentSql, mail, null, Now);

    /// <summary>It is tried again later.</summary>
    public Task PutOffAsync(QueuedMail mail, string error, DateTime until) => WriteAsync(LaterSql, mail, error, until);

    /// <summary>It is not tried any more; the row stays, with the reason.</summary>
    public Task GiveUpAsync(QueuedMail mail, string error) => WriteAsync(GiveUpSql, mail, error, Now);

    /// <summary>It was not tried, and anybody may.</summary>
    public Task ReleaseAsync(QueuedMail mail) => WriteAsync(ReleaseSql, mail, null, Now);

    // Not to be cut off by the process stopping: what was done must be written down.
    private async Task WriteAsync(string sql, QueuedMail mail, string? error, DateTime at) =>
        await TenantDb.For(database, mail.TenantId).SingleOrDefaultAsync<long?>(sql, new
        {
            mail.TenantId,
            mail.EventId,
            mail.RecipientKind,
            mail.RecipientId,
            mail.HeldUntil,
            Error = error is { Length: > 500 } ? error[..500] : error,
            Now,
            At = at,
        }, CancellationToken.None);
}
