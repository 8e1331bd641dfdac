using Helpdesk.Access;
using Helpdesk.Desk;
using Helpdesk.Desk.Contracts;
using Helpdesk.Host.Operation;
using Helpdesk.Tags;

namespace Helpdesk.Host.Demo;

/// <summary>A founded tenant that waits for its tickets.</summary>
/// <param name="Serial">The number in its slug.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="Desk">Its queues, the busiest first, and its agents and statuses.</param>
/// <param name="Tags">The ids of its tags.</param>
internal sealed record LoadTenant(int Serial, Tenant Tenant, DeskSetup Desk, long[] Tags)
{
    private readonly Dictionary<StatusCategory, Status[]> _statusesOf =
        Desk.Statuses.GroupBy(status => status.Category).ToDictionary(group => group.Key, group => group.ToArray());

    /// <summary>The statuses of a category, the default first.</summary>
    public Status[] StatusesOf(StatusCategory category) => _statusesOf[category];
}

/// <summary>Founds tenants as an operator would, each with a desk to work at.</summary>
internal static class BulkLoadTenants
{
    private const string SlugPrefix = "load-";
    private const int AgentCount = 12;

    private static readonly (string Slug, string Name, AssignmentPolicy Policy)[] QueuesToAdd =
    [
        ("billing", "Billing", AssignmentPolicy.Manual), ("shipping", "Shipping", AssignmentPolicy.RoundRobin),
        ("hardware", "Hardware", AssignmentPolicy.FewestOpen), ("accounts", "Accounts", AssignmentPolicy.Manual),
    ];

    private static readonly string[] TagSlugs =
        ["login", "invoice", "delivery", "hardware", "outage", "question", "refund", "vip", "warranty", "complaint", "follow-up", "on-site"];

    /// <summary>The number after the highest in use.</summary>
    public static async Task<int> NextSerialAsync(OperatorSession session, CancellationToken ct)
    {
        var tenants = await session.SendAsync(session.NewTenant("", "", ""), new ListTenants(), ct);
        return tenants.Where(tenant => tenant.Slug.StartsWith(SlugPrefix, StringComparison.Ordinal))
            .Select(tenant => int.TryParse(tenant.Slug.AsSpan(SlugPrefix.Length), out var serial) ? serial : 0)
            .DefaultIfEmpty(0).Max() + 1;
    }

    /// <summary>Founds one, with queues, agents and tags.</summary>
    public static async Task<LoadTenant> FoundAsync(OperatorSession session, int serial, CancellationToken ct)
    {
        var tenant = session.NewTenant($"{SlugPrefix}{serial}", $"Load {serial}", "pro");
        await session.SendAsync(tenant, new CreateTenant(tenant.Slug, tenant.Name, tenant.Plan), ct);
        var queueIds = (await session.DeskAsync(tenant)).Queues.Select(queue => queue.Id).ToList();
        foreach (var (slug, name, policy) in QueuesToAdd)
            queueIds.Add((await session.SendAsync(tenant, new AddQueue(slug, name, "", policy, 10 * (queueIds.Count + 1)), ct)).Id);

        for (var i = 0; i < AgentCount; i++)
        {
            var (name, _) = BulkLoadText.Person(i);
            long[] works = [queueIds[i % queueIds.Count], queueIds[(i + 1) % queueIds.Count]];
            await session.SendAsync(tenant, new AddAgent(name, $"agent{i + 1}@{tenant.Slug}.example", i < 2 ? "lead" : "agent", works), ct);
        }

        var tags = new List<long>();
        foreach (var slug in TagSlugs)
            tags.Add((await session.SendAsync(tenant, new CreateTag(slug, slug, null), ct)).Id);
        return new LoadTenant(serial, tenant, await session.DeskAsync(tenant), [.. tags]);
    }

    /// <summary>A key that no limit slows down, for whoever generates load.</summary>
    public static async Task<string> MintAsync(OperatorSession session, LoadTenant tenant, CancellationToken ct)
    {
        const int NoLimit = 1_000_000_000;
        var request = new MintKey(
            "load generator", ["helpdesk:read", "helpdesk:write"], "live", "mobieus", "Load Generator", $"api@{tenant.Tenant.Slug}.example", null,
            NoLimit, NoLimit);
        return (await session.SendAsync(tenant.Tenant, request, ct)).Token;
    }
}
