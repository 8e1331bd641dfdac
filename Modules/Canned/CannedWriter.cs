namespace Helpdesk.Canned;

/// <summary>Reads and writes single canned responses with the event that tells of it, for the slices that share this.</summary>
internal sealed class CannedWriter(TenantDb db, EventLog log, TimeProvider clock)
{
    public const string Columns =
        "r.id, r.slug, r.title, r.body_md, r.queue_id, r.is_active, r.sort_order, r.use_count, r.created_at, r.updated_at";

    private const string FindSql = $"select {Columns} from canned.response r where r.tenant_id = @TenantId and r.id = @Id";

    private const string InsertSql = """
        insert into canned.response (tenant_id, id, slug, title, body_md, queue_id, is_active, sort_order, created_at, updated_at)
        values (@TenantId, @Id, @Slug, @Title, @BodyMd, @QueueId, @IsActive, @SortOrder, @CreatedAt, @UpdatedAt)
        """;

    // The time of the last change is the version that the decision stood on: a change in between makes the slice decide again.
    private const string UpdateSql = """
        with changed as (
            update canned.response set slug = @Slug, title = @Title, body_md = @BodyMd, queue_id = @QueueId, is_active = @IsActive,
                sort_order = @SortOrder, updated_at = @UpdatedAt
            where tenant_id = @TenantId and id = @Id and updated_at = @Before
            returning 1)
        select kernel.expect_one(count(*)) from changed
        """;

    /// <summary>The canned response as it is stored now, or null.</summary>
    public Task<CannedResponseView?> FindAsync(long id, CancellationToken ct) =>
        db.SingleOrDefaultAsync<CannedResponseView>(FindSql, new { db.TenantId, Id = id }, ct);

    /// <summary>Writes the difference (before is null for a new one); nothing when there is none.</summary>
    /// <returns>The canned response as it is stored from now on.</returns>
    public CannedResponseView Save(CannedResponseView? before, CannedResponseView after)
    {
        if (after == before)
            return before;
        if (before is null)
        {
            db.Enqueue(InsertSql, RowOf(after, after.UpdatedAt));
            log.Append(new CannedResponseCreated(after.Id, after.Slug));
        }
        else
        {
            after = after with { UpdatedAt = clock.GetUtcNow().UtcDateTime };
            db.Enqueue(UpdateSql, RowOf(after, before.UpdatedAt));
            log.Append(new CannedResponseUpdated(after.Id, Change.Between(
                ("slug", before.Slug, after.Slug), ("title", before.Title, after.Title), ("body_md", before.BodyMd, after.BodyMd),
                ("queue_id", before.QueueId, after.QueueId), ("is_active", before.IsActive, after.IsActive),
                ("sort_order", before.SortOrder, after.SortOrder))));
        }

        db.OnConflict("response_slug_key", () => CannedErrors.SlugTaken(after.Slug));
        return after;
    }

    private object RowOf(CannedResponseView response, DateTime before) => new
    {
        db.TenantId,
        response.Id,
        response.Slug,
        response.Title,
        response.BodyMd,
        response.QueueId,
        response.IsActive,
        response.SortOrder,
        response.CreatedAt,
        response.UpdatedAt,
        Before = before,
    };
}
