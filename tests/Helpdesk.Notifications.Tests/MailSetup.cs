using System.Runtime.CompilerServices;

// One mail server that is told to fail, and one sender that waits for it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Helpdesk.Notifications.Tests;

/// <summary>The mail server of all these tests, and the settings by which the server finds it.</summary>
internal static class MailSetup
{
    public static readonly SmtpServer Server = SmtpServer.Start(("helpdesk", "secret"));

    public static readonly (string Name, string Value)[] Settings =
    [
        ("Helpdesk:Mail:Host", "127.0.0.1"),
        ("Helpdesk:Mail:Port", $"{Server.Port}"),
        ("Helpdesk:Mail:Security", "none"),
        ("Helpdesk:Mail:User", "helpdesk"),
        ("Helpdesk:Mail:Password", "secret"),
        ("Helpdesk:Mail:From", "{tenant}@help.example"),
        ("Helpdesk:Mail:ReplyTo", "answers+{tenant}@help.example"),
        ("Helpdesk:Mail:TimeoutSeconds", "2"),
    ];

    [ModuleInitializer]
    internal static void Initialize() => HelpdeskApp.MoreSettings.AddRange(
        Settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value)));
}
