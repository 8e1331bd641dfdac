using System.Diagnostics;
using System.Runtime.Versioning;

namespace Helpdesk.Architecture.Tests;

/// <summary>
/// <c>build/test</c> in a repository of one project, with a stand-in for <c>dotnet</c> that leaves the results of a run behind: what an
/// automatic build reads of it are its last line and the code it ends with.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class TestScriptTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("helpdesk-test-script-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("", "2 passed, 0 failed", 0, "total=\"2\" executed=\"2\" passed=\"2\"")]
    [InlineData("", "2 passed, 0 failed", 0, "total=\"3\" executed=\"2\" passed=\"2\"")]
    [InlineData("", "1 passed, 1 failed", 1, "total=\"2\" executed=\"2\" passed=\"1\"")]
    [InlineData("", "0 passed, 0 failed", 1, "total=\"0\" executed=\"0\" passed=\"0\"")]
    [InlineData("nothing-of-this-name", "0 passed, 1 failed", 1, "total=\"2\" executed=\"2\" passed=\"2\"")]
    public async Task The_last_line_is_the_sum_alone_and_the_code_says_whether_all_passed(string name, string sum, int code, string counters)
    {
        Lay("build/test", File.ReadAllText(Path.Combine(Sources.Root, "build", "test")));
        Lay("build/install-postgres", "#!/usr/bin/env bash\necho /nowhere\n");
        Lay("bin/dotnet", $"""
            #!/usr/bin/env bash
            [ "$1" = test ] || exit 0
            while [ "$1" != --results-directory ]; do shift; done
            echo '<Counters {counters} />' >"$2/One.Tests.trx"
            """);
        Lay("tests/One.Tests/One.Tests.csproj", "");
        Lay("tests/One.Tests/bin/Release/net10.0/One.Tests.dll", "");

        var (lines, ended) = await RunAsync(name);

        Assert.Equal(sum, lines[^1]);
        Assert.Equal(code, ended);
    }

    private void Lay(string path, string text)
    {
        var file = new FileInfo(Path.Combine(_root.FullName, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
        File.SetUnixFileMode(file.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<(string[] Lines, int Code)> RunAsync(string name)
    {
        var start = new ProcessStartInfo(Path.Combine(_root.FullName, "build", "test")) { RedirectStandardOutput = true };
        if (name.Length > 0)
            start.ArgumentList.Add(name);
        start.Environment["PATH"] = $"{Path.Combine(_root.FullName, "bin")}:{start.Environment["PATH"]}";
        using var script = Process.Start(start)!;
        var said = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        return (said.Split('\n', StringSplitOptions.RemoveEmptyEntries), script.ExitCode);
    }
}
