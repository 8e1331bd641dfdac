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
            configuration["ConnectionStrings:Helpdesk"] = await Deployment.FindServerConnectionStringAsync(configuration, ct);
            await using var database = new Database(configuration);
            var (faults, notes) = await new Inspection(database, new Migrator(HostModules.All), TimeProvider.System).LookAsync(ct);
            foreach (var note in notes)
                Console.WriteLine(note);
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
