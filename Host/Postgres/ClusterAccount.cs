using System.ComponentModel;
using System.Diagnostics;

namespace Helpdesk.Host.Postgres;

/// <summary>What a program said, both streams together, and how it ended.</summary>
internal sealed record ProgramOutcome(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}

/// <summary>
/// The account under which PostgreSQL's programs run. They refuse root, so a server that runs as root lends them another
/// account; every other server runs them as itself.
/// </summary>
/// <param name="Name">The other account, or null for the one of this process.</param>
internal sealed record ClusterAccount(string? Name)
{
    /// <summary>The account that owns an existing cluster, or the one that shall own a new one.</summary>
    public static async Task<ClusterAccount> ForAsync(ClusterFolder folder)
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
            return new ClusterAccount(Name: null);

        if (folder.Exists)
        {
            // "drwx------ 19 postgres postgres …": the one form of asking that every system has.
            var listed = await new ClusterAccount(Name: null).RunAsync("ls", ["-ld", folder.Cluster]);
            var owner = listed.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(2);
            if (owner is null or "root" || char.IsAsciiDigit(owner[0]))
                throw new PostgresClusterException(
                    $"The database folder {folder.Cluster} must belong to an account other than root; give it to one with chown -R.");
            return new ClusterAccount(owner);
        }

        var known = File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet();
        return new ClusterAccount(
            new[] { "postgres", "helpdesk", "nobody" }.FirstOrDefault(known.Contains)
            ?? throw new PostgresClusterException(
                "PostgreSQL refuses to run as root and there is no account postgres, helpdesk or nobody; "
                + "create one with: useradd --system helpdesk"));
    }

    /// <summary>Whether the account may enter this folder.</summary>
    public async Task<bool> CanEnterAsync(string folder) =>
        Name is null || (await RunAsync("/bin/sh", ["-c", "cd -- \"$1\"", "sh", folder])).Succeeded;

    /// <summary>Makes the account the owner of a file or an empty folder that this process has just made.</summary>
    public async Task TakeAsync(string path)
    {
        if (Name is null)
            return;

        var changed = await new ClusterAccount(Name: null).RunAsync("chown", ["--", Name, path]);
        if (!changed.Succeeded)
            throw new PostgresClusterException($"The account {Name} could not be given {path}: {changed.Output}");
    }

    /// <summary>Runs a program to its end under the account, with an environment that holds none of the server's settings.</summary>
    public async Task<ProgramOutcome> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/", // the current one may be closed to the account
        };
        if (Name is not null)
            start.UserName = Name;
        KeepOnlyHarmlessVariables(start);

        using var process = Start(start);
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return new ProgramOutcome(process.ExitCode, ((await output) + (await errors)).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    // The server's variables hold API keys and connection strings, and PG… ones would steer the programs.
    private static void KeepOnlyHarmlessVariables(ProcessStartInfo start)
    {
        string[] kept = ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];
        foreach (var name in start.Environment.Keys.Except(kept).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C"; // messages are read here
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            var by = Name is null ? "" : $" by the account {Name}, which PostgreSQL runs under,";
            throw new PostgresClusterException($"The program {start.FileName} cannot be started{by}: {error.Message}.", error);
        }
    }
}
