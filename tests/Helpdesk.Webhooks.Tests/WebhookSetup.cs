using System.Runtime.CompilerServices;

namespace Helpdesk.Webhooks.Tests;

/// <summary>The server of these tests takes endpoints on this machine, and shares the key of its secrets with others.</summary>
internal static class WebhookSetup
{
    public static readonly (string Name, string Value) MasterKey =
        ("Helpdesk:Secrets:MasterKey", Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));

    [ModuleInitializer]
    internal static void Initialize()
    {
        HelpdeskApp.MoreSettings.Add(new("Helpdesk:Webhooks:AllowInsecure", "true"));
        HelpdeskApp.MoreSettings.Add(new(MasterKey.Name, MasterKey.Value));
    }
}
