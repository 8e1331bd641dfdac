using System.Net;
using System.Net.Sockets;
using Helpdesk.Host.Operation;

namespace Helpdesk.Host.Commands;

/// <summary><c>serve</c>: runs the server on a migrated database, and nothing else.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var (port, host) = (CommandOptions.Port(), CommandOptions.Host());
        return new Command("serve", "Serves from the configured database, which must be migrated.") { port, host }.Does(async (parsed, ct) =>
        {
            var configuration = Settings.Read();
            if (string.IsNullOrEmpty(configuration.GetConnectionString("Helpdesk")))
                throw new OperatorException("Set ConnectionStrings__Helpdesk to a role that is a member of helpdesk_app. (build/run starts a PostgreSQL of its own.)");
            await RunAsync(configuration, Listen(parsed.GetRequiredValue(host), parsed.GetRequiredValue(port)), () => { }, ct);
        });
    }

    /// <summary>Checks the database, serves until a signal comes, and answers what came in before it.</summary>
    public static async Task RunAsync(IConfiguration configuration, IEnumerable<IPEndPoint> listen, Action started, CancellationToken ct)
    {
        await using var app = Server.Build(configuration, listen);
        await Server.CheckAsync(app, ct);
        RefuseUsed(listen);
        await app.StartAsync(ct);
        Server.Announce(app, configuration);
        started();
        await app.WaitForShutdownAsync(ct);
    }

    /// <summary>Says so in one line; the web server would say it with a stack trace.</summary>
    private static void RefuseUsed(IEnumerable<IPEndPoint> listen)
    {
        foreach (var address in listen)
        {
            using var probe = new TcpListener(address);
            try
            {
                probe.Start();
            }
            catch (SocketException exception)
            {
                throw new OperatorException($"{address} cannot be bound: {exception.Message}. Choose another with --port.");
            }
        }
    }

    /// <summary>The addresses of a host name or address and a port.</summary>
    public static IReadOnlyList<IPEndPoint> Listen(string host, int port)
    {
        if (port is < 0 or > 65535)
            throw new OperatorException($"--port takes 0 to 65535, not {port}.");
        if (host == "localhost")
            return [new(IPAddress.Loopback, port), new(IPAddress.IPv6Loopback, port)];
        return IPAddress.TryParse(host.Trim('[', ']'), out var address)
            ? [new(address, port)]
            : throw new OperatorException($"--host takes an address such as 0.0.0.0 or localhost, not '{host}'.");
    }
}
