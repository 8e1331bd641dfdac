namespace Helpdesk.Tags;

/// <summary>Reads and writes single tags with the event that tells of it, for the slices that share this.</summary>
internal sealed class TagWriter(TenantDb db, EventLog log, TagCatalog catalog, TimeProvider clock)
{
    private const string FindSql = $"select {TagRow.Columns} from tags.tag where tenant_id = @TenantId and id = @Id";

    private const string InsertSql = """
        insert into tags.tag (tenant_id, id, slug, name, color, created_at, updated_at)
        values (@TenantId, @Id, @Slug, @Name, @Color, @CreatedAt, @UpdatedAt)
        """;

    // The time of the last change is the version that the decision stood on: a change in between makes the slice decide again.
    private const string UpdateSql = """
        with changed as (
            update tags.tag set slug = @Slug, name = @Name, color = @Color, updated_at = @UpdatedAt
            where tenant_id = @TenantId and id = @Id and updated_at = @Before
            returning 1)
        select kernel.expect_one(count(*)) from changed
        """;

    /// <summary>The tag as it is stored now, or null.</summary>
    public Task<TagRow?> FindAsync(long id, CancellationToken ct) =>
        db.SingleOrDefaultAsync<TagRow>(FindSql, new { db.TenantId, Id = id }, ct);

    /// <summary>Writes the difference (before is null for a new tag); nothing when there is none.</summary>
    /// <returns>The tag as it is stored from now on.</returns>
    public TagRow Save(TagRow? before, TagRow after)
    {
        if (after == before)
            return before;
        if (before is null)
        {
            db.Enqueue(InsertSql, new { db.TenantId, after.Id, after.Slug, after.Name, after.Color, after.CreatedAt, after.UpdatedAt });
            log.Append(new TagCreated(after.Id, after.Slug));
        }
        else
        {
            after = after with { UpdatedAt = clock.GetUtcNow().UtcDateTime };
            var args = new { db.TenantId, after.Id, after.Slug, after.Name, after.Color, after.UpdatedAt, Before = before.UpdatedAt };
            db.Enqueue(UpdateSql, args);
            log.Append(new TagUpdated(after.Id, Changes(before, after)));
        }

        db.OnConflict("tag_slug_key", () => TagErrors.SlugTaken(after.Slug));
        catalog.Changed(db);
        return after;
    }

    /// <summary>The fields that differ; all of them for a new tag.</summary>
    public static IReadOnlyDictionary<string, Change> Changes(TagRow? before, TagRow after) => Change.Between(
        ("slug", before?.Slug, after.Slug), ("name", before?.Name, after.Name), ("color", before?.Color, after.Color));
}
