using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tags;

internal sealed class TagCatalog(Database database, Signals signals) : TenantCatalog<TagSet>(database, signals, "tags"), ITagCatalog
{
    private const string ListSql = $"select {TagRow.Columns} from tags.tag where tenant_id = @TenantId";

    protected override async Task<TagSet> LoadAsync(TenantDb db, CancellationToken ct)
    {
        var rows = await db.ListAsync<TagRow>(ListSql, new { db.TenantId }, ct);
        // Ordered here and not by the database, whose order of letters depends on its locale; cursors compare the same way.
        rows.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name) is var order and not 0 ? order : a.Id.CompareTo(b.Id));
        return new(rows.ConvertAll(row => new TagRef(row.Id, row.Slug, row.Name, row.Color))) { Rows = rows };
    }
}

/// <summary>A tag as it is stored.</summary>
internal sealed record TagRow(long Id, string Slug, string Name, string Color, DateTime CreatedAt, DateTime UpdatedAt)
{
    public const string Columns = "id, slug, name, color, created_at, updated_at";

    public TagView ToView(long ticketCount) => new(Id, Slug, Name, Color, ticketCount, CreatedAt, UpdatedAt);
}
