namespace Helpdesk.SharedKernel.Requests;

/// <summary>
/// What a caller may do. Each dialect maps the names of its own scopes to these. Values are bit positions below 64;
/// they live in memory only, so they may be renumbered.
/// </summary>
public enum Permission
{
    /// <summary>List and read tickets and their messages.</summary>
    TicketsRead,

    /// <summary>Create and update tickets, reply, change status.</summary>
    TicketsWrite,

    /// <summary>List and read queues, agents and help topics.</summary>
    DeskRead,

    /// <summary>List and read canned responses.</summary>
    CannedRead,

    /// <summary>Create, update and delete canned responses.</summary>
    CannedWrite,

    /// <summary>List and read tags.</summary>
    TagsRead,

    /// <summary>Create, update and delete tags.</summary>
    TagsWrite,

    /// <summary>Read notification preferences.</summary>
    NotificationsRead,

    /// <summary>Set notification preferences.</summary>
    NotificationsManage,

    /// <summary>Read the audit log and have it verified.</summary>
    AuditRead,

    /// <summary>Read the list of events that are published to programs outside.</summary>
    EventsRead,

    /// <summary>Have tickets read by a model: summary, sentiment, prediction.</summary>
    AiRead,

    /// <summary>Have a model draft and categorize.</summary>
    AiWrite,

    /// <summary>Have a model look at the whole desk: knowledge gaps, questions about the audit log, what it costs.</summary>
    AiAdmin,

    /// <summary>List webhook endpoints and their deliveries.</summary>
    WebhooksRead,

    /// <summary>Create, change, delete, rotate and test webhook endpoints, and replay deliveries.</summary>
    WebhooksManage,

    /// <summary>Run this installation: tenants, keys. No key of an API can hold it; only the operator's commands do.</summary>
    Operate,
}

/// <summary>Names the permission without which a request is refused, over HTTP and from every other sender.</summary>
/// <param name="permission">The permission that the caller must hold.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiresAttribute(Permission permission) : Attribute
{
    /// <summary>The permission that the caller must hold.</summary>
    public Permission Permission => permission;
}

/// <summary>A set of permissions as one word.</summary>
/// <param name="Bits">One bit for each <see cref="Permission"/>.</param>
public readonly record struct PermissionSet(ulong Bits)
{
    /// <summary>Every permission there is; for senders inside the server.</summary>
    public static readonly PermissionSet All = new(ulong.MaxValue);

    /// <summary>The set of exactly these permissions.</summary>
    public static PermissionSet Of(IEnumerable<Permission> permissions) =>
        new(permissions.Aggregate(0UL, (bits, permission) => bits | (1UL << (int)permission)));

    /// <summary>Whether the set holds the permission.</summary>
    public bool Has(Permission permission) => (Bits & (1UL << (int)permission)) != 0;
}
