namespace Helpdesk.Architecture.Tests;

/// <summary>Names whoever breaks a wall, all at once and in full.</summary>
internal static class Offenders
{
    /// <summary>Fails when there are any.</summary>
    public static void None(IEnumerable<string?> offenders)
    {
        var named = offenders.ToArray();
        Assert.True(named.Length == 0, $"{named.Length} offenders:\n{string.Join('\n', named)}");
    }
}
