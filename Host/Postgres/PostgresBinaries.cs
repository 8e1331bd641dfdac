using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Helpdesk.Host.Postgres;

/// <summary>A folder that holds <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> of one version, 15 or later.</summary>
/// <param name="Folder">The real folder of the programs, links resolved.</param>
/// <param name="Major">The major version, such as 15.</param>
public sealed partial record PostgresBinaries(string Folder, int Major)
{
    /// <summary>The oldest major version that Helpdesk's SQL is written for.</summary>
    public const int OldestMajor = 15;

    /// <summary>Where <c>build/install-postgres</c> unpacks binaries when it runs as root.</summary>
    internal const string SharedDistFolder = "/var/lib/helpdesk/postgres-dist";

    /// <summary>
    /// The first usable binaries of: the configured folder, <c>HELPDESK_POSTGRES_BIN</c>, <c>PATH</c>, the newest of the
    /// system's packages, and what <c>build/install-postgres</c> unpacked. Null when there are none.
    /// </summary>
    /// <param name="configuredFolder">Looked at first; may be null.</param>
    /// <param name="dataFolder">Helpdesk's data folder, which may hold unpacked binaries.</param>
    /// <param name="wantedMajor">Only this major version, for a cluster that exists already.</param>
    public static PostgresBinaries? Find(string? configuredFolder, string dataFolder, int? wantedMajor = null) =>
        Candidates(configuredFolder, dataFolder)
            .Distinct()
            .Select(Probe)
            .FirstOrDefault(found => found is not null && (wantedMajor is null || found.Major == wantedMajor));

    /// <summary>The path of one of the programs.</summary>
    internal string Program(string name) => Path.Combine(Folder, name);

    private static IEnumerable<string> Candidates(string? configuredFolder, string dataFolder)
    {
        if (!string.IsNullOrWhiteSpace(configuredFolder))
            yield return Path.GetFullPath(configuredFolder);

        if (Environment.GetEnvironmentVariable("HELPDESK_POSTGRES_BIN") is { Length: > 0 } named)
            yield return Path.GetFullPath(named);

        foreach (var entry in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            if (entry.Length > 0 && File.Exists(Path.Combine(entry, "postgres")))
                yield return RealFolderOf(Path.Combine(entry, "postgres"));

        var packaged = Versions("/usr/lib/postgresql", "*")
            .Concat(Versions("/usr", "pgsql-*"))
            .Concat(Versions("/opt/homebrew/opt", "postgresql@*"))
            .Concat(Versions("/usr/local/opt", "postgresql@*"));
        foreach (var folder in packaged.OrderByDescending(x => x.Major))
            yield return folder.Bin;

        var unpacked = Versions(Path.Combine(dataFolder, "postgres-dist"), "*").Concat(Versions(SharedDistFolder, "*"));
        foreach (var folder in unpacked.OrderByDescending(x => x.Major))
            yield return folder.Bin;
    }

    private static IEnumerable<(int Major, string Bin)> Versions(string parent, string pattern) =>
        from folder in Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, pattern) : []
        let number = FirstNumber().Match(Path.GetFileName(folder))
        where number.Success
        select (int.Parse(number.Value), Path.Combine(folder, "bin"));

    private static string RealFolderOf(string program)
    {
        try
        {
            var target = File.ResolveLinkTarget(program, returnFinalTarget: true);
            return Path.GetDirectoryName(target?.FullName ?? program)!;
        }
        catch (IOException)
        {
            return Path.GetDirectoryName(program)!;
        }
    }

    private static PostgresBinaries? Probe(string folder)
    {
        if (!new[] { "initdb", "pg_ctl", "postgres" }.All(name => File.Exists(Path.Combine(folder, name))))
            return null;

        try
        {
            using var process = Process.Start(new ProcessStartInfo(Path.Combine(folder, "postgres"), "--version")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var number = FirstNumber().Match(output);
            return process.ExitCode == 0 && number.Success && int.Parse(number.Value) >= OldestMajor
                ? new PostgresBinaries(folder, int.Parse(number.Value))
                : null;
        }
        catch (Win32Exception)
        {
            return null; // made for another machine, or not executable
        }
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex FirstNumber();
}
