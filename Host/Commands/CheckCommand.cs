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
            configuration["ConnectionStrings:Helpdesk"] = await Deployment.FindServerConnectionStringAsync(configuration, ct);
            await using var database = new Database(configuration);
            var (faults, notes) = await new Inspection(database, new Migrator(HostModules.All), TimeProvider.System).LookAsync(ct);
            foreach (var note in notes)
                Console.WriteLine(note);
            foreach (var fault in faults)
                Console.Error.WriteLine(fault);
            if (faults.Count == 0)
                Console.WriteLine("ready to serve");
            return faults.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
