namespace Helpdesk.Canned;

/// <summary>Reads and writes single canned responses, for the slices that share it.</summary>
internal static class CannedStore
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
    public static Task<CannedResponseView?> FindAsync(TenantDb db, long id, CancellationToken ct) =>
        db.SingleOrDefaultAsync<CannedResponseView>(FindSql, new { db.TenantId, Id = id }, ct);

    public static void Add(TenantDb db, EventLog log, CannedResponseView response)
    {
        db.Enqueue(InsertSql, RowOf(db, response, response.UpdatedAt));
        db.OnConflict("response_slug_key", () => CannedErrors.SlugTaken(response.Slug));
        log.Append(new CannedResponseCreated(response.Id, response.Slug));
    }

    /// <summary>Writes the difference; answers the canned response as it is stored from now on.</summary>
    public static CannedResponseView Update(
        TenantDb db, EventLog log, CannedResponseView before, CannedResponseView after, DateTime now)
    {
        after = after with { UpdatedAt = now };
        db.Enqueue(UpdateSql, RowOf(db, after, before.UpdatedAt));
        db.OnConflict("response_slug_key", () => CannedErrors.SlugTaken(after.Slug));
        log.Append(new CannedResponseUpdated(after.Id, Changes(before, after)));
        return after;
    }

    /// <summary>The fields that differ; all of them for a new response.</summary>
    public static IReadOnlyDictionary<string, Change> Changes(CannedResponseView? before, CannedResponseView after) => Change.Between(
        ("slug", before?.Slug, after.Slug), ("title", before?.Title, after.Title), ("body_md", before?.BodyMd, after.BodyMd),
        ("queue_id", before?.QueueId, after.QueueId), ("is_active", before?.IsActive, after.IsActive),
        ("sort_order", before?.SortOrder, after.SortOrder));

    private static object RowOf(TenantDb db, CannedResponseView response, DateTime before) => new
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
