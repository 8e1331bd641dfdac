namespace Helpdesk.Webhooks;

/// <summary>Reads and writes single endpoints with the event that tells of it, for the slices that share this.</summary>
internal sealed class WebhookWriter(TenantDb db, RequestContext context, EventLog log)
{
    private const string FindSql = $"""
        select {WebhookRow.Columns} from webhooks.endpoint where tenant_id = @TenantId and id = @Id and is_test = @IsTest
        """;

    private const string CountSql = "select count(*) from webhooks.endpoint where tenant_id = @TenantId and is_test = @IsTest";

    private const string InsertSql = """
        insert into webhooks.endpoint (tenant_id, id, is_test, url, subscribed_events, description, is_active, disabled_reason,
            consecutive_failures, secret, previous_secret, previous_secret_expires_at, created_at, updated_at)
        values (@TenantId, @Id, @IsTest, @Url, @SubscribedEvents, @Description, @IsActive, @DisabledReason,
            @ConsecutiveFailures, @Secret, @PreviousSecret, @PreviousSecretExpiresAt, @CreatedAt, @UpdatedAt)
        """;

    // The time of the last change is the version that the decision stood on. Failures are counted beside it, and only set back here, with
    // what else is known of how it answers.
    private const string UpdateSql = """
        with changed as (
            update webhooks.endpoint set url = @Url, subscribed_events = @SubscribedEvents, description = @Description, is_active = @IsActive,
                disabled_reason = @DisabledReason, secret = @Secret, previous_secret = @PreviousSecret,
                previous_secret_expires_at = @PreviousSecretExpiresAt, updated_at = @UpdatedAt,
                consecutive_failures = case when @BeginsAnew then 0 else consecutive_failures end,
                failing_since = case when @BeginsAnew then null else failing_since end,
                quiet_until = case when @BeginsAnew then null else quiet_until end
            where tenant_id = @TenantId and id = @Id and updated_at = @Before
            returning 1)
        select kernel.expect_one(count(*)) from changed
        """;

    /// <summary>The endpoint as it is stored now, or null; that of the other environment is not there.</summary>
    public Task<WebhookRow?> FindAsync(long id, CancellationToken ct) =>
        db.SingleOrDefaultAsync<WebhookRow>(FindSql, new { db.TenantId, Id = id, context.Caller.IsTest }, ct);

    /// <summary>How many endpoints there are in the caller's environment.</summary>
    public Task<long> CountAsync(CancellationToken ct) =>
        db.SingleOrDefaultAsync<long>(CountSql, new { db.TenantId, context.Caller.IsTest }, ct);

    /// <summary>Writes the endpoint and what happened to it.</summary>
    /// <param name="before">As it was; null for a new one.</param>
    /// <param name="after">As it is from now on.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="beginsAnew">Whether how it answered before is forgotten.</param>
    public void Save(WebhookRow? before, WebhookRow after, DomainEvent happened, bool beginsAnew = false)
    {
        db.Enqueue(before is null ? InsertSql : UpdateSql, new
        {
            db.TenantId,
            after.Id,
            after.IsTest,
            after.Url,
            after.SubscribedEvents,
            after.Description,
            after.IsActive,
            after.DisabledReason,
            after.ConsecutiveFailures,
            after.Secret,
            after.PreviousSecret,
            after.PreviousSecretExpiresAt,
            after.CreatedAt,
            after.UpdatedAt,
            Before = before?.UpdatedAt,
            BeginsAnew = beginsAnew,
        });
        log.Append(happened);
    }
}
