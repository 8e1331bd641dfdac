using Helpdesk.Host.Operation;

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
            if (faults.Count == 0)
                Console.WriteLine("ready to serve");
            return faults.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
