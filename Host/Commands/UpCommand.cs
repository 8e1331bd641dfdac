using Helpdesk.Host.Demo;
using Helpdesk.Host.Operation;

namespace Helpdesk.Host.Commands;

/// <summary><c>up</c>: everything a first call needs, and on a later start nothing more than it: PostgreSQL, schema, demo desk, server.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var (port, host) = (CommandOptions.Port(), CommandOptions.Host());
        var data = new Option<string?>("--data") { Description = "The folder of the private PostgreSQL and its secrets." };
        return new Command("up", "Starts a private PostgreSQL (unless one is configured), migrates, makes a demo desk, and serves.") { port, host, data }
            .Does(async (parsed, ct) =>
            {
                var listen = ServeCommand.Listen(parsed.GetRequiredValue(host), parsed.GetRequiredValue(port));
                var configuration = parsed.GetValue(data) is { } folder
                    ? Settings.Read(new KeyValuePair<string, string?>("Helpdesk:DataFolder", Path.GetFullPath(folder)))
                    : Settings.Read();
                await using var deployment = await Deployment.OpenAsync(configuration, ct, asOwner: true);
                await deployment.MigrateAsync(ct);
                configuration["ConnectionStrings:Helpdesk"] = await deployment.ServerConnectionStringAsync(ct);
                var token = await DemoDesk.EnsureAsync(deployment, ct);
                await ServeCommand.RunAsync(configuration, listen, () => Greet(parsed.GetRequiredValue(port), token), ct);
            });
    }

    private static void Greet(int port, string? token)
    {
        var address = $"http://{DemoDesk.Slug}.localhost:{port}";
        Console.WriteLine($"Helpdesk serves at {address}/api/v1/helpdesk, documented at {address}/api/docs");
        if (token is null)
        {
            Console.WriteLine($"A key was shown at the first start. Another: build/run -- keys mint --tenant {DemoDesk.Slug} --scopes helpdesk:read,helpdesk:write");
            return;
        }

        Console.WriteLine();
        Console.WriteLine($"API key: {token}");
        Console.WriteLine();
        Console.WriteLine("It is shown only now. Try:");
        Console.WriteLine($"curl -s {address}/api/v1/helpdesk/tickets?limit=3 -H 'Authorization: Bearer {token}'");
        Console.WriteLine($$"""curl -s {{address}}/api/v1/helpdesk/tickets -H 'Authorization: Bearer {{token}}' -H 'Content-Type: application/json' -d '{"subject":"Hello","body":"My first ticket."}'""");
        Console.WriteLine();
        Console.WriteLine($"The same desk in Headoni, described at {address.Replace(".localhost", ".headoni.localhost", StringComparison.Ordinal)}/llms.txt");
    }
}
