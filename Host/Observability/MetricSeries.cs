namespace Helpdesk.Host.Observability;

/// <summary>The numbers under one set of labels. Written by many threads at once.</summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] labels, double[] bounds, MetricSeries? next)
{
    private readonly long[] _buckets = new long[bounds.Length + 1];
    private double _value;

    /// <summary>Another series whose labels have the same hash.</summary>
    public MetricSeries? Next => next;

    /// <summary>The labels as Prometheus reads them, without braces.</summary>
    public string Labels { get; } = PrometheusText.Labels(labels);

    /// <summary>The upper bounds of a histogram's buckets; the last bucket has none.</summary>
    public double[] Bounds => bounds;

    /// <summary>A gauge's or counter's value, a histogram's sum.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>Whether these are its labels, in any order.</summary>
    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> other)
    {
        if (other.Length != labels.Length)
            return false;
        foreach (var (key, value) in other)
        {
            if (!Has(key, value))
                return false;
        }

        return true;
    }

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double value)
    {
        var before = Volatile.Read(ref _value);
        while (true)
        {
            var seen = Interlocked.CompareExchange(ref _value, before + value, before);
            if (seen.Equals(before))
                return;
            before = seen;
        }
    }

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
        Add(value);
    }

    /// <summary>How many were observed in a bucket.</summary>
    public long Count(int bucket) => Volatile.Read(ref _buckets[bucket]);

    /// <summary>This series and those behind it.</summary>
    public IEnumerable<MetricSeries> Chain()
    {
        for (var series = this; series is not null; series = series.Next)
            yield return series;
    }

    private bool Has(string key, object? value)
    {
        foreach (var label in labels)
        {
            if (label.Key == key)
                return Equals(label.Value, value);
        }

        return false;
    }
}
