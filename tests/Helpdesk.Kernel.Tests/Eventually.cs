using System.Diagnostics;

namespace Helpdesk.Kernel.Tests;

/// <summary>Waits for what happens in the background.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<Task<bool>> check)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Longest; await Task.Delay(20))
        {
            if (await check())
                return;
        }

        Assert.Fail($"Not within {Longest.TotalSeconds} s.");
    }
}
