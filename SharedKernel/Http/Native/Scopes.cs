using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Requests;

namespace Helpdesk.SharedKernel.Http.Native;

/// <summary>The scopes of the native dialect (mobieus 2) and what each grants. Scopes do not imply each other.</summary>
public static class Scopes
{
    private static readonly Dictionary<string, Permission[]> Grants = new()
    {
        ["helpdesk:read"] =
            [Permission.TicketsRead, Permission.DeskRead, Permission.CannedRead, Permission.TagsRead, Permission.NotificationsRead,
                Permission.AiRead],
        ["helpdesk:write"] = [Permission.TicketsWrite, Permission.CannedWrite, Permission.TagsWrite, Permission.AiWrite],
        ["helpdesk:admin"] = [Permission.NotificationsManage, Permission.AuditRead, Permission.AiAdmin],
        ["events:read"] = [Permission.EventsRead],
        ["webhooks:read"] = [Permission.WebhooksRead],
        ["webhooks:manage"] = [Permission.WebhooksManage],
    };

    internal static readonly ScopeTable Table = new(Grants);

    /// <summary>All scopes.</summary>
    public static IReadOnlyCollection<string> All => Table.All;

    /// <summary>What a set of scopes grants together; unknown ones grant nothing.</summary>
    public static PermissionSet Granted(IEnumerable<string> scopes) => Table.Granted(scopes);

    /// <summary>The scope that grants a permission.</summary>
    public static string For(Permission permission) => Table.For(permission);
}
