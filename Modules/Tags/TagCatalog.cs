using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tags;

internal sealed class TagCatalog(Database database, Signals signals) : TenantCatalog<TagSet>(database, signals, "tags"), ITagCatalog
{
    private const string ListSql = "select id, slug, name, color from tags.tag where tenant_id = @TenantId";

    protected override async Task<TagSet> LoadAsync(TenantDb db, CancellationToken ct) =>
        new(await db.ListAsync<TagRef>(ListSql, new { db.TenantId }, ct));
}
