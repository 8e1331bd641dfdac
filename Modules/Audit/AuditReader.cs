using Helpdesk.Audit.Contracts;

namespace Helpdesk.Audit;

internal sealed class AuditReader(TenantDb db, RequestContext context) : IAuditReader
{
    private static readonly ListAudit All = new(null, null, null, null, null, null, null);

    public async Task<IReadOnlyList<AuditEventView>> LastAsync(CancellationToken ct)
    {
        var args = new AuditListArgs(db.TenantId, context.Caller.IsTest, null, null, null, 0, long.MaxValue);
        var rows = await db.ListAsync<LogRow>(AuditListSql.Page(All, many: true), args, ct);
        return [.. rows.Take(IAuditReader.Most).Select(AuditEventView.Of)];
    }
}
