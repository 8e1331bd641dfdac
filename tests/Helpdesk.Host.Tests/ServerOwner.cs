using System.Diagnostics;
using Helpdesk.Host.Postgres;

namespace Helpdesk.Host.Tests;

/// <summary>A process that starts a cluster and then waits to be killed, as a host that meets a bad end.</summary>
internal static class ServerOwner
{
    private const string Ready = "started";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var folder, var kind])
            return 2;

        var options = new PostgresClusterOptions(folder, ThrowAway: kind == "throw-away");
        await using var cluster = await PostgresCluster.StartAsync(options, CancellationToken.None);
        Console.WriteLine(Ready);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>Runs such a process until its cluster has started, and kills it without warning.</summary>
    public static async Task StartAndKillAsync(string folder, string kind)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", typeof(ServerOwner).Assembly.Location, folder, kind]) { RedirectStandardOutput = true })!;
        Assert.Equal(Ready, await process.StandardOutput.ReadLineAsync());
        process.Kill();
        await process.WaitForExitAsync();
    }
}
