using Helpdesk.Host.Operation;

namespace Helpdesk.Host.Commands;

/// <summary><c>migrate</c>: brings the schema up to date, under the owner of the schema.</summary>
internal static class MigrateCommand
{
    public static Command Create() =>
        new Command("migrate", "Brings the schema of the database up to date. Waits while another process does the same.").Does(async (_, ct) =>
        {
            await using var deployment = await Deployment.OpenAsync(Settings.Read(), ct);
            var applied = await deployment.MigrateAsync(ct);
            foreach (var migration in applied)
                Console.WriteLine($"applied {migration.Module}/{migration.Name}");
            if (applied.Count == 0)
                Console.WriteLine("up to date");
        });
}
