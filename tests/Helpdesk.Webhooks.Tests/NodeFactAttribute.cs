using System.Diagnostics;

namespace Helpdesk.Webhooks.Tests;

/// <summary>A test that needs node and the package standardwebhooks; skipped, under its name and with the reason, where they cannot be had.</summary>
internal sealed class NodeFactAttribute : FactAttribute
{
    private const string Package = "standardwebhooks@1.0.0";

    // Kept between runs, so that only the first asks the registry.
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "helpdesk-tests-" + Package);

    private static readonly Lazy<string?> WhyNot = new(Install);

    public NodeFactAttribute() => Skip = WhyNot.Value;

    /// <summary>Runs a script with the package in reach; answers what it says.</summary>
    public static async Task<string> RunAsync(string script, string input)
    {
        using var node = Start("node", script);
        await node.StandardInput.WriteAsync(input);
        node.StandardInput.Close();
        var said = await node.StandardOutput.ReadToEndAsync() + await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        return said.Trim();
    }

    private static string? Install()
    {
        try
        {
            Directory.CreateDirectory(Folder);
            if (Directory.Exists(Path.Combine(Folder, "node_modules", "standardwebhooks")))
                return Succeeds("node", "--version") ? null : "node is not installed";
            return Succeeds("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", Package) ? null : $"npm could not install {Package}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "node and npm are not installed";
        }
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        if (process.WaitForExit(TimeSpan.FromSeconds(60)))
            return process.ExitCode == 0;
        process.Kill(entireProcessTree: true);
        return false;
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["NODE_PATH"] = Path.Combine(Folder, "node_modules") },
    })!;
}
