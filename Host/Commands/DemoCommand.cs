using Helpdesk.Host.Demo;
using Helpdesk.Host.Operation;

namespace Helpdesk.Host.Commands;

/// <summary><c>demo</c>: fills new tenants with made-up history, to see and measure the server under a lifelike load.</summary>
internal static class DemoCommand
{
    private const int MostTenants = 10_000;
    private const int MostTickets = 50_000_000;
    private const int MostMessages = 100;

    public static Command Create()
    {
        var tenants = new Option<int>("--tenants") { Description = $"How many tenants to found, 1 to {MostTenants:N0}.", Required = true };
        var tickets = new Option<int>("--tickets")
        {
            Description = "How many tickets they get together, spread evenly; at least one for each.",
            Required = true,
        };
        var messages = new Option<int>("--messages-per-ticket")
        {
            Description = $"How long a thread is on average, 1 to {MostMessages}.",
            DefaultValueFactory = _ => 3,
        };
        var keyFile = new Option<string?>("--key-file")
        {
            Description = "Mints a key without limits for each tenant and writes a file for load generators, a sample ticket a line, with "
                + "tabs between: key, tenant, id and reference of the ticket, closed or live. Whoever has the file may write to these tenants.",
        };
        return new Command("demo",
            "Fills new tenants named load-1, load-2, … with made-up tickets of the last two years. Goes on counting where an earlier load "
            + "ended. Brings the schema up to date first. The first load into an empty database is the fastest: it builds the indexes "
            + "afterwards, which holds up other writers meanwhile. Imported history has no events: audit log and event feed begin with the "
            + "founding of the tenants.")
        {
            tenants, tickets, messages, keyFile,
        }.Does(async (parsed, ct) =>
        {
            var plan = new BulkLoadPlan(
                Within(parsed.GetRequiredValue(tenants), "--tenants", 1, MostTenants),
                Within(parsed.GetRequiredValue(tickets), "--tickets", parsed.GetRequiredValue(tenants), MostTickets),
                Within(parsed.GetRequiredValue(messages), "--messages-per-ticket", 1, MostMessages),
                parsed.GetValue(keyFile));
            await using var deployment = await Deployment.OpenAsync(Settings.Read(), ct);
            await deployment.MigrateAsync(ct);
            await BulkLoad.RunAsync(deployment, plan, Console.WriteLine, ct);
        });
    }

    private static int Within(int value, string option, int least, int most) => value >= least && value <= most
        ? value
        : throw new OperatorException($"{option} takes {least:N0} to {most:N0}, not {value:N0}.");
}
