using System.Diagnostics.Metrics;
using Helpdesk.Host.Observability;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.Host.Tests;

public sealed class MetricStoreTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricStore _store;
    private readonly Meter _meter;

    public MetricStoreTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _store = new MetricStore(factory);
        _meter = factory.Create("Helpdesk");
    }

    [Fact]
    public void Writes_a_counter()
    {
        var counter = _meter.CreateCounter<long>("desk.bells", "{bell}", "Bells\nrung, by \\ hand.");
        counter.Add(2);
        counter.Add(3);
        Assert.Equal("# HELP desk_bells_total Bells\\nrung, by \\\\ hand.\n# TYPE desk_bells_total counter\ndesk_bells_total 5\n", Written("desk_bells"));
    }

    [Fact]
    public void Escapes_what_labels_say()
    {
        _meter.CreateUpDownCounter<int>("desk.open").Add(-1, new("a.b", "x\"y\\z\nw"), new("7th", true), new("none", null));
        Assert.Contains("desk_open{_7th=\"true\",a_b=\"x\\\"y\\\\z\\nw\"} -1\n", Written("desk_open"));
    }

    [Fact]
    public void Takes_labels_in_any_order_for_the_same()
    {
        var counter = _meter.CreateCounter<int>("desk.pairs");
        counter.Add(1, new("a", 1), new("b", 2));
        counter.Add(1, new("b", 2), new("a", 1));
        Assert.EndsWith("counter\ndesk_pairs_total{a=\"1\",b=\"2\"} 2\n", Written("desk_pairs"));
    }

    [Fact]
    public void Counts_into_buckets_that_add_up()
    {
        var histogram = _meter.CreateHistogram<double>("desk.wait", "s", "How long.");
        foreach (var seconds in (double[])[0.0004, 0.001, 0.3, 99])
            histogram.Record(seconds);
        var text = Written("desk_wait");
        Assert.Contains("# TYPE desk_wait_seconds histogram\n", text);
        Assert.Contains("desk_wait_seconds_bucket{le=\"0.0005\"} 1\n", text);
        Assert.Contains("desk_wait_seconds_bucket{le=\"0.001\"} 2\n", text);
        Assert.Contains("desk_wait_seconds_bucket{le=\"0.25\"} 2\n", text);
        Assert.Contains("desk_wait_seconds_bucket{le=\"0.5\"} 3\n", text);
        Assert.Contains("desk_wait_seconds_bucket{le=\"10\"} 3\n", text);
        Assert.Contains("desk_wait_seconds_bucket{le=\"+Inf\"} 4\n", text);
        Assert.Contains("desk_wait_seconds_count 4\n", text);
        Assert.Contains("desk_wait_seconds_sum 99.3014\n", text);
    }

    [Fact]
    public void Asks_a_gauge_anew_and_forgets_what_it_no_longer_says()
    {
        Measurement<double>[] now = [new(1.5, new KeyValuePair<string, object?>("consumer", "hooks"))];
        _meter.CreateObservableGauge("desk.lag", () => now, "s");
        Assert.Contains("desk_lag_seconds{consumer=\"hooks\"} 1.5\n", Written("desk_lag"));
        Assert.Contains("desk_lag_seconds{consumer=\"hooks\"} 1.5\n", Written("desk_lag"));
        now = [];
        Assert.Equal("", Written("desk_lag"));
    }

    [Fact]
    public void Survives_a_gauge_that_cannot_be_read()
    {
        _meter.CreateObservableGauge("desk.broken", int () => throw new InvalidOperationException("cannot be read"));
        _meter.CreateCounter<int>("desk.fine").Add(1);
        Assert.Contains("desk_fine_total 1\n", Written("desk_fine"));
    }

    [Fact]
    public void Keeps_a_bounded_number_of_series()
    {
        var counter = _meter.CreateCounter<int>("desk.wild");
        for (var i = 0; i < MetricFamily.MostSeries + 500; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        var text = Written("desk_wild");
        Assert.Contains("desk_wild_total{overflow=\"true\"} 500\n", text);
        Assert.Equal(MetricFamily.MostSeries + 1, text.Split('\n').Count(line => line.StartsWith("desk_wild_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public void Loses_nothing_when_many_count_at_once()
    {
        var counter = _meter.CreateCounter<long>("desk.crowd");
        var histogram = _meter.CreateHistogram<double>("desk.crowd.wait", "s");
        Parallel.For(0, 40_000, i =>
        {
            counter.Add(1, new KeyValuePair<string, object?>("lane", i % 7));
            histogram.Record(0.25, new KeyValuePair<string, object?>("lane", i % 3));
        });
        var lines = _store.Write().Split('\n');
        Assert.Equal(40_000, lines.Where(line => line.StartsWith("desk_crowd_total{", StringComparison.Ordinal)).Sum(Value));
        Assert.Equal(40_000, lines.Where(line => line.StartsWith("desk_crowd_wait_seconds_count{", StringComparison.Ordinal)).Sum(Value));
        Assert.Equal(10_000, lines.Where(line => line.StartsWith("desk_crowd_wait_seconds_sum{", StringComparison.Ordinal)).Sum(Value), 0.001);
    }

    [Fact]
    public void Leaves_other_meters_alone()
    {
        using var foreign = new Meter("Somebody.Else");
        foreign.CreateCounter<int>("desk.foreign").Add(1);
        Assert.Equal("", Written("desk_foreign"));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var histogram = _meter.CreateHistogram<double>("desk.steady", "s");
        object status = 200;
        void Record() => histogram.Record(0.002, new("http.route", "/tickets"), new("http.response.status_code", status));
        for (var i = 0; i < 1000; i++)
            Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Record();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    public void Dispose()
    {
        _store.Dispose();
        _services.Dispose();
    }

    private static double Value(string line) => double.Parse(line[(line.LastIndexOf(' ') + 1)..]);

    /// <summary>The lines about metrics whose name starts so.</summary>
    private string Written(string name) => string.Concat(_store.Write().Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => line.Replace("# HELP ", "").Replace("# TYPE ", "").StartsWith(name, StringComparison.Ordinal)).Select(line => line + "\n"));
}
