namespace Helpdesk.Webhooks.Delivering;

/// <summary>When a delivery is attempted (mobieus 7).</summary>
internal static class Schedule
{
    // Minutes after the attempt before; the first is made at once.
    private static readonly int[] Minutes = [0, 1, 5, 30, 120, 360, 1440];

    // What a receiver may ask for at most.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(Minutes[^1]);

    /// <summary>How many attempts there are.</summary>
    public static int Attempts => Minutes.Length;

    /// <summary>
    /// How long to wait after a failed attempt; null when it was the last. Up to a tenth longer than documented, so that deliveries that failed
    /// together do not come back together; and at least as long as the receiver asked for, but no longer than a day.
    /// </summary>
    /// <param name="attempt">Which one failed, from 1.</param>
    /// <param name="retryAfter">What the receiver asked for, if anything.</param>
    /// <param name="chance">A random number from 0 up to 1.</param>
    public static TimeSpan? After(int attempt, TimeSpan? retryAfter, double chance)
    {
        if (attempt >= Minutes.Length)
            return null;
        var wait = TimeSpan.FromMinutes(Minutes[attempt]) * (1 + chance / 10);
        var asked = retryAfter < Longest ? retryAfter : retryAfter is null ? null : Longest;
        return asked > wait ? asked : wait;
    }

    /// <summary>
    /// How long the other deliveries to a receiver wait for what it answered: as long as it asked for, up to a day; a minute after a 429 that
    /// asks for nothing. Null when they do not wait.
    /// </summary>
    public static TimeSpan? Quiet(Outcome outcome)
    {
        if (outcome.IsSuccess)
            return null;
        var asked = outcome.RetryAfter ?? (outcome.Status is Outcome.TooMany ? TimeSpan.FromMinutes(1) : TimeSpan.Zero);
        return asked <= TimeSpan.Zero ? null : asked < Longest ? asked : Longest;
    }
}
