using Helpdesk.Access;
using Helpdesk.AI;
using Helpdesk.Audit;
using Helpdesk.Canned;
using Helpdesk.Desk;
using Helpdesk.Headoni;
using Helpdesk.Notifications;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.Tags;
using Helpdesk.Tickets;
using Helpdesk.Webhooks;

namespace Helpdesk.Host;

/// <summary>The modules of this server. A new module is a folder, a project, a first migration and a line here.</summary>
public static class HostModules
{
    /// <summary>All of them, each after those that it stands on.</summary>
    public static readonly IModule[] All =
    [
        new AccessModule(),
        new DeskModule(),
        new TagsModule(),
        new CannedModule(),
        new TicketsModule(),
        new NotificationsModule(),
        new AuditModule(),
        new HeadoniModule(),
        new AiModule(),
        new WebhooksModule(),
    ];

    /// <summary>The dialects that they speak, the native one first.</summary>
    public static IEnumerable<Dialect> Dialects => All.Select(module => module.Dialect).OfType<Dialect>().Prepend(NativeDialect.Instance);
}
