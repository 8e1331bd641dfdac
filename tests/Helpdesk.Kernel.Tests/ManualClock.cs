namespace Helpdesk.Kernel.Tests;

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    public ManualClock() : this(new DateTimeOffset(2026, 3, 14, 15, 9, 26, 535, TimeSpan.Zero))
    {
    }

    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;

    public void Advance(double seconds) => Now += TimeSpan.FromSeconds(seconds);
}
