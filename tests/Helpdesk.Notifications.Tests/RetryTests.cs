namespace Helpdesk.Notifications.Tests;

public sealed class RetryTests
{
    [Theory]
    [InlineData(1, true, 30)]
    [InlineData(2, true, 60)]
    [InlineData(3, true, 120)]
    [InlineData(5, true, 300)]
    [InlineData(900, true, 300)]
    [InlineData(5, false, 480)]
    [InlineData(8, false, 3600)]
    [InlineData(int.MaxValue, false, 3600)]
    public void Waits_twice_as_long_each_time_up_to_a_bound_and_not_all_alike(int attempts, bool isServerDown, int seconds)
    {
        var waits = Enumerable.Range(0, 200).Select(_ => Retry.After(attempts, isServerDown).TotalSeconds).ToList();
        Assert.All(waits, wait => Assert.InRange(wait, seconds * 0.8, seconds * 1.2));
        Assert.True(waits.Distinct().Count() > 100);
    }
}
