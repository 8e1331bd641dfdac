using System.Text;
using Helpdesk.Canned.Contracts;

namespace Helpdesk.Canned;

internal sealed class CannedTemplates(TenantDb db) : ICannedTemplates
{
    private const string FindSql = "select body_md from canned.response where tenant_id = @TenantId and id = @Id";

    private const string CountUseSql = "update canned.response set use_count = use_count + 1 where tenant_id = @TenantId and id = @Id";

    public Task<string?> FindAsync(long id, CancellationToken ct) =>
        db.SingleOrDefaultAsync<string>(FindSql, new { db.TenantId, Id = id }, ct);

    public string Render(string template, IReadOnlyDictionary<string, string> values)
    {
        var (text, rendered, from) = (new StringBuilder(template.Length), new Dictionary<string, string>(), 0);
        foreach (var placeholder in Placeholder.In(template))
        {
            text.Append(template, from, placeholder.Start - from);
            from = placeholder.End;
            if (!values.ContainsKey(placeholder.Name))
                continue;
            if (!rendered.TryGetValue(placeholder.Name, out var value))
                rendered[placeholder.Name] = value = PlaceholderProgram.Run(placeholder.Name, values);
            text.Append(value);
        }

        return text.Append(template, from, template.Length - from).ToString();
    }

    public void CountUse(long id) => db.Enqueue(CountUseSql, new { db.TenantId, Id = id });
}
