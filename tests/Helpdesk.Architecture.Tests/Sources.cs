using System.Runtime.CompilerServices;
using Helpdesk.Host;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Modularity;

namespace Helpdesk.Architecture.Tests;

/// <summary>The files that the walls look at where the assemblies do not tell.</summary>
internal static class Sources
{
    /// <summary>The folder of the solution.</summary>
    public static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    /// <summary>The schemas that are ours; a module without migrations, such as a dialect, has none.</summary>
    public static readonly string[] Schemas = [.. new Migrator(HostModules.All).All.Select(migration => migration.Module).Append("log").Distinct()];

    /// <summary>The assemblies that hold SQL: the modules' and the kernel's.</summary>
    public static readonly System.Reflection.Assembly[] Assemblies =
        [.. HostModules.All.Select(module => module.Assembly), typeof(Migrator).Assembly];

    /// <summary>The folder of a module's project.</summary>
    public static string Folder(IModule module)
    {
        var project = module.Assembly.GetName().Name + ".csproj";
        return Path.GetDirectoryName(Directory.EnumerateFiles(Path.Combine(Root, "Modules"), project, SearchOption.AllDirectories).Single())!;
    }

    /// <summary>The C# files below a folder, without what builds leave there.</summary>
    public static IEnumerable<string> CSharp(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string Here([CallerFilePath] string file = "") => file;
}
