using Helpdesk.Webhooks.Delivering;

namespace Helpdesk.Webhooks.Tests;

/// <summary>Properties that hold for whatever a receiver asks for and chance brings.</summary>
public sealed class ScheduleTests
{
    private static readonly int[] Minutes = [1, 5, 30, 120, 360, 1440];

    [Fact]
    public void No_attempt_comes_earlier_than_documented_or_much_later_than_somebody_asked()
    {
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var (attempt, chance) = (random.Next(1, 10), random.NextDouble());
            TimeSpan? asked = random.Next(3) switch { 0 => null, 1 => TimeSpan.FromSeconds(random.Next(-100, 10_000)), _ => TimeSpan.FromDays(random.Next(1000)) };
            var wait = Schedule.After(attempt, asked, chance);
            if (attempt >= Schedule.Attempts)
            {
                Assert.Null(wait);
                continue;
            }

            var documented = TimeSpan.FromMinutes(Minutes[attempt - 1]);
            var wanted = asked < TimeSpan.FromDays(1) ? asked.Value : asked is null ? TimeSpan.Zero : TimeSpan.FromDays(1);
            Assert.True(wait >= documented && wait >= wanted, $"Case {seed}: {wait}");
            Assert.True(wait <= (documented * 1.1 > wanted ? documented * 1.1 : wanted), $"Case {seed}: {wait}");
        }
    }

    [Fact]
    public void Deliveries_that_failed_together_do_not_come_back_together() =>
        Assert.True(Enumerable.Range(0, 200).Select(i => Schedule.After(2, null, i / 200.0)).Distinct().Count() == 200);
}
