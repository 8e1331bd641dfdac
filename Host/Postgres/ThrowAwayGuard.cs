using System.Collections.Concurrent;
using System.Diagnostics;

namespace Helpdesk.Host.Postgres;

/// <summary>
/// A shell that waits for this process to let go of its input, be it by disposal or by death, and then ends the throw-away
/// server and deletes its folder. So a killed test run leaves nothing behind.
/// </summary>
internal sealed class ThrowAwayGuard : IAsyncDisposable
{
    private const string Script = """
        trap '' INT TERM HUP
        exec >/dev/null 2>&1
        read -r _
        pidfile="$1/postgres/postmaster.pid"
        socket=$(sed -n 5p "$pidfile")
        tries=0
        while [ -e "$pidfile" ] && [ "$tries" -lt 200 ]; do
            [ "$tries" -gt 0 ] || kill -QUIT "$(head -n 1 "$pidfile")"
            tries=$((tries + 1))
            sleep 0.05
        done
        rm -rf "$1"
        [ -z "$socket" ] || rmdir "$socket"
        """;

    // A guard that nobody refers to would be collected, and the shell would take the closed pipe for the end of this process.
    private static readonly ConcurrentDictionary<ThrowAwayGuard, bool> OnWatch = new();

    private readonly Process _shell;

    private ThrowAwayGuard(Process shell)
    {
        _shell = shell;
        OnWatch[this] = true;
    }

    public static ThrowAwayGuard Over(string folder) =>
        new(Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!);

    public async ValueTask DisposeAsync()
    {
        OnWatch.TryRemove(this, out _);
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
