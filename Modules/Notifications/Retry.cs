namespace Helpdesk.Notifications;

/// <summary>When a mail that failed is tried again.</summary>
internal static class Retry
{
    /// <summary>So long after the event a mail is tried; then it is news to nobody.</summary>
    public static readonly TimeSpan GivesUpAfter = TimeSpan.FromDays(3);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WhileServerIsDown = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WhileMailIsRefused = TimeSpan.FromHours(1);

    /// <summary>
    /// Twice as long each time, up to a bound, and a fifth more or less, so that mail that failed together does not come back together. A
    /// server that is away is looked for more often than one that puts a mail off.
    /// </summary>
    /// <param name="attempts">How often it was tried, at least once.</param>
    /// <param name="isServerDown">Whether the server could not be spoken to.</param>
    public static TimeSpan After(int attempts, bool isServerDown)
    {
        var most = isServerDown ? WhileServerIsDown : WhileMailIsRefused;
        var wait = First * Math.Pow(2, Math.Min(attempts - 1, 16));
        return (wait < most ? wait : most) * (0.8 + 0.4 * Random.Shared.NextDouble());
    }
}
