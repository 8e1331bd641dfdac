using Helpdesk.Host.Operation;
using Helpdesk.Notifications.Contracts;

namespace Helpdesk.Host.Commands;

/// <summary><c>check</c>: says in words whether the server could serve, and what is in the way.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = new Command("check", "Says whether the server could serve with this configuration, and what is in the way. Changes nothing.");
        command.SetAction(async (_, ct) =>
        {
            var configuration = Settings.Read();
            await using var deployment = await Deployment.OpenAsync(configuration, ct);
            await using var database = new Database(await deployment.ServerConnectionStringAsync(ct), new DatabaseOptions());
            var faults = await new StartupCheck(database, new Migrator(HostModules.All)).FindFaultsAsync(ct);
            foreach (var fault in faults)
                Console.Error.WriteLine(fault);
            var mail = configuration.GetSection(MailOptions.Section).Get<MailOptions>() ?? new MailOptions();
            if (mail.IsOn)
                Console.WriteLine($"mail: {await MailServer.WhyNotAsync(mail, ct) ?? $"{mail.Host}:{mail.PortOrUsual} is ready"}");
            if (faults.Count == 0)
                Console.WriteLine("ready to serve");
            // Mail waits for its server, so that one does not keep anything from serving.
            return faults.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
