using System.Text.RegularExpressions;
using Helpdesk.Canned.Contracts;

namespace Helpdesk.Canned;

internal sealed partial class CannedTemplates(TenantDb db) : ICannedTemplates
{
    private const string FindSql = "select body_md from canned.response where tenant_id = @TenantId and id = @Id";

    private const string CountUseSql = "update canned.response set use_count = use_count + 1 where tenant_id = @TenantId and id = @Id";

    public Task<string?> FindAsync(long id, CancellationToken ct) =>
        db.SingleOrDefaultAsync<string>(FindSql, new { db.TenantId, Id = id }, ct);

    public string Render(string template, IReadOnlyDictionary<string, string> values) =>
        Placeholder().Replace(template, match => values.GetValueOrDefault(match.Groups[1].Value, ""));

    public void CountUse(long id) => db.Enqueue(CountUseSql, new { db.TenantId, Id = id });

    [GeneratedRegex(@"\{\{\{?\s*([a-z_]+(?:\.[a-z_]+)*)\s*\}?\}\}")]
    private static partial Regex Placeholder();
}
