using Helpdesk.Host;

namespace Helpdesk.Architecture.Tests;

public sealed class DialectTests
{
    /// <summary>A walker sends the ids of another tenant to every route of its dialect; a dialect without one would go unwatched.</summary>
    [Fact]
    public void Every_dialect_has_a_walker_that_names_it()
    {
        var walkers = Directory.EnumerateFiles(Path.Combine(Sources.Root, "tests"), "IsolationTests.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToArray();
        Assert.NotEmpty(walkers);
        Offenders.None(
            from dialect in HostModules.Dialects
            where !walkers.Any(walker => walker.Contains($"{dialect.GetType().Name}.Instance", StringComparison.Ordinal))
            select $"{dialect.Name}: no IsolationTests.cs names {dialect.GetType().Name}.Instance");
    }
}
