using Helpdesk.SharedKernel.Data;

namespace Helpdesk.Kernel.Tests;

public sealed class IdsTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Ids_grow_within_each_thread_and_none_is_given_twice()
    {
        var ids = New(3, TimeProvider.System);
        var given = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 20_000).Select(_ => ids.Next()).ToArray())));
        Assert.All(given, mine => Assert.Equal(mine.Order(), mine));
        Assert.Equal(160_000, given.SelectMany(mine => mine).Distinct().Count());
    }

    [Fact]
    public void Nodes_give_different_ids_at_the_same_instant()
    {
        var given = Enumerable.Range(0, 64).SelectMany(node => Take(New(node), 200)).ToArray();
        Assert.Equal(given.Length, given.Distinct().Count());
    }

    [Fact]
    public void Ids_are_safe_in_a_json_number_until_2094()
    {
        _clock.Now = new DateTimeOffset(2094, 8, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.InRange(Take(New(63), 64)[^1], 1, (1L << 53) - 1);
    }

    [Fact]
    public void An_id_tells_its_time_to_the_millisecond()
    {
        var id = New(17).Next();
        Assert.Equal(_clock.Now, Ids.TimeOf(id));
    }

    [Fact]
    public void The_first_id_of_an_instant_bounds_all_ids_made_then() => Generated.Cases(500, random =>
    {
        _clock.Now = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(random.NextInt64(1L << 41));
        var ids = Take(New(random.Next(64)), 64);
        Assert.InRange(ids[0], Ids.FirstAt(_clock.Now), Ids.FirstAt(_clock.Now.AddMilliseconds(1)) - 1);
        Assert.InRange(ids[^1], Ids.FirstAt(_clock.Now), Ids.FirstAt(_clock.Now.AddMilliseconds(1)) - 1);
        Assert.Equal(_clock.Now, Ids.TimeOf(Ids.FirstAt(_clock.Now)));
    });

    [Fact]
    public void Ids_go_on_when_the_clock_steps_back()
    {
        var ids = New(5);
        var before = ids.Next();
        _clock.Advance(-3600);
        var after = Take(ids, 1000);
        Assert.True(after[0] > before);
        Assert.Equal(after.Order(), after);
    }

    [Fact]
    public void More_than_64_in_a_millisecond_borrow_from_the_next_ones()
    {
        var ids = New(5);
        var given = Take(ids, 1000);
        Assert.Equal(1000, given.Distinct().Count());
        Assert.Equal(given.Order(), given);
        Assert.Equal(_clock.Now.AddMilliseconds(1000 / 64), Ids.TimeOf(given[^1]));
        Assert.All(given, id => Assert.Equal(5, (id >> 6) & 63));
        // The debt is paid once the clock has caught up.
        _clock.Advance(1);
        Assert.Equal(_clock.Now, Ids.TimeOf(ids.Next()));
    }

    [Fact]
    public void Without_a_node_number_there_are_no_ids()
    {
        var ids = new Ids(_clock);
        Assert.Throws<NodeLeaseLostException>(() => ids.Next());
        ids.Use(1, 0);
        ids.Next();
        ids.Stop();
        Assert.Throws<NodeLeaseLostException>(() => ids.Next());
    }

    [Fact]
    public void A_node_number_taken_over_starts_after_its_former_holder()
    {
        var former = New(9);
        var last = Take(former, 500)[^1];
        _clock.Advance(-60);
        var heir = new Ids(_clock);
        heir.Use(9, former.LastMs);
        Assert.True(heir.Next() > last);
    }

    private Ids New(int node, TimeProvider? clock = null)
    {
        var ids = new Ids(clock ?? _clock);
        ids.Use(node, 0);
        return ids;
    }

    private static long[] Take(Ids ids, int count) => [.. Enumerable.Range(0, count).Select(_ => ids.Next())];
}
