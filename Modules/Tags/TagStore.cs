namespace Helpdesk.Tags;

/// <summary>Reads and writes single tags, for the slices that share it.</summary>
internal static class TagStore
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
    public static Task<TagRow?> FindAsync(TenantDb db, long id, CancellationToken ct) =>
        db.SingleOrDefaultAsync<TagRow>(FindSql, new { db.TenantId, Id = id }, ct);

    public static void Add(TenantDb db, EventLog log, TagCatalog catalog, TagRow tag)
    {
        db.Enqueue(InsertSql, new { db.TenantId, tag.Id, tag.Slug, tag.Name, tag.Color, tag.CreatedAt, tag.UpdatedAt });
        db.OnConflict("tag_slug_key", () => TagErrors.SlugTaken(tag.Slug));
        log.Append(new TagCreated(tag.Id, tag.Slug));
        catalog.Changed(db);
    }

    /// <summary>Writes the difference; answers the tag as it is stored from now on.</summary>
    public static TagRow Update(TenantDb db, EventLog log, TagCatalog catalog, TagRow before, TagRow after, DateTime now)
    {
        after = after with { UpdatedAt = now };
        db.Enqueue(UpdateSql, new { db.TenantId, after.Id, after.Slug, after.Name, after.Color, after.UpdatedAt, Before = before.UpdatedAt });
        db.OnConflict("tag_slug_key", () => TagErrors.SlugTaken(after.Slug));
        log.Append(new TagUpdated(after.Id, Changes(before, after)));
        catalog.Changed(db);
        return after;
    }

    /// <summary>The fields that differ; all of them for a new tag.</summary>
    public static IReadOnlyDictionary<string, Change> Changes(TagRow? before, TagRow after) => Change.Between(
        ("slug", before?.Slug, after.Slug), ("name", before?.Name, after.Name), ("color", before?.Color, after.Color));
}
