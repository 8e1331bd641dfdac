using System.Runtime.CompilerServices;

namespace Helpdesk.Webhooks.Tests;

/// <summary>The server of these tests takes endpoints on this machine.</summary>
internal static class WebhookSetup
{
    [ModuleInitializer]
    internal static void Initialize() => HelpdeskApp.MoreSettings.Add(new("Helpdesk:Webhooks:AllowInsecure", "true"));
}
