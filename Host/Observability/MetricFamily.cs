using System.Diagnostics.Metrics;

namespace Helpdesk.Host.Observability;

/// <summary>What a metric is to Prometheus.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One metric with its series: one for each set of labels that was seen. Recording into a known series allocates nothing.</summary>
internal sealed class MetricFamily(string name, Instrument instrument)
{
    /// <summary>Series at most; what comes after shares one, labelled <c>overflow="true"</c>.</summary>
    public const int MostSeries = 1000;

    private static readonly KeyValuePair<string, object?>[] Overflow = [new("overflow", "true")];

    private readonly bool _isSet = instrument.GetType().Name is "Gauge`1" or "ObservableGauge`1";
    private readonly double[] _bounds = KindOf(instrument) == MetricKind.Histogram ? HistogramBounds.Of(instrument) : [];
    private readonly Lock _adding = new();

    // By the hash of the labels; copied to be changed, so that it is read without a lock.
    private Dictionary<int, MetricSeries> _series = [];

    public string Name => name;

    /// <summary>The instrument's own name.</summary>
    public string Source { get; } = instrument.Name;

    public string Help { get; } = instrument.Description is { Length: > 0 } description ? description : instrument.Name;

    public MetricKind Kind { get; } = KindOf(instrument);

    public IReadOnlyCollection<MetricSeries> Series => [.. _series.Values.SelectMany(series => series.Chain())];

    public static MetricKind KindOf(Instrument instrument) => instrument.GetType().Name switch
    {
        "Counter`1" or "ObservableCounter`1" => MetricKind.Counter,
        "Histogram`1" => MetricKind.Histogram,
        _ => MetricKind.Gauge,
    };

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var hash = Hash(labels);
        var series = Find(hash, labels) ?? Add(hash, labels);
        if (Kind == MetricKind.Histogram)
            series.Observe(value);
        else if (_isSet)
            series.Set(value);
        else
            series.Add(value);
    }

    /// <summary>Forgets what is asked for anew at each scrape; what is not reported then is gone.</summary>
    public void ForgetObserved()
    {
        if (instrument.IsObservable)
            _series = [];
    }

    private MetricSeries? Find(int hash, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (!Volatile.Read(ref _series).TryGetValue(hash, out var series))
            return null;
        while (series is not null && !series.Has(labels))
            series = series.Next;
        return series;
    }

    private MetricSeries Add(int hash, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        lock (_adding)
        {
            if (Find(hash, labels) is { } present)
                return present;
            if (_series.Count >= MostSeries && !labels.SequenceEqual(Overflow))
                return Find(Hash(Overflow), Overflow) ?? Add(Hash(Overflow), Overflow);
            var added = new MetricSeries(labels.ToArray(), _bounds, _series.GetValueOrDefault(hash));
            Volatile.Write(ref _series, new Dictionary<int, MetricSeries>(_series) { [hash] = added });
            return added;
        }
    }

    // A sum, because the order of the labels does not matter.
    private static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var hash = 0;
        foreach (var (key, value) in labels)
            hash += HashCode.Combine(key, value);
        return hash;
    }
}
