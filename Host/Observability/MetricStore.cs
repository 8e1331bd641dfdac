using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Helpdesk.Host.Observability;

/// <summary>
/// Adds up what this process's meters measure, for Prometheus to fetch. Meters of another host in the same process are not listened to.
/// </summary>
internal sealed class MetricStore : IDisposable
{
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _scraping = new();

    public MetricStore(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            var isOurs = instrument.Meter.Scope is null || instrument.Meter.Scope == factory;
            if (isOurs && TelemetryExport.Meters.Contains(instrument.Meter.Name) && FamilyOf(instrument) is { } family)
                listener.EnableMeasurementEvents(instrument, family);
        };
        Measure<long>(value => value);
        Measure<double>(value => value);
        Measure<int>(value => value);
        Measure<short>(value => value);
        Measure<byte>(value => value);
        Measure<float>(value => value);
        Measure<decimal>(value => (double)value);
        _listener.Start();
    }

    /// <summary>Everything, as Prometheus reads it.</summary>
    public string Write()
    {
        // Observed values are asked for anew each time, so two at once would add them up.
        lock (_scraping)
        {
            foreach (var family in _families.Values)
                family.ForgetObserved();
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException)
            {
                // An instrument that cannot be read now is left out this time.
            }

            var text = new StringBuilder(64 * 1024);
            foreach (var (_, family) in _families.OrderBy(family => family.Key, StringComparer.Ordinal))
                PrometheusText.Write(text, family);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Measure<T>(Func<T, double> toDouble) where T : struct =>
        _listener.SetMeasurementEventCallback<T>((_, value, tags, family) => ((MetricFamily)family!).Record(toDouble(value), tags));

    /// <summary>Null for what another instrument stands for already, under the same name but of another kind.</summary>
    private MetricFamily? FamilyOf(Instrument instrument)
    {
        var family = _families.GetOrAdd(PrometheusText.NameOf(instrument), static (name, of) => new MetricFamily(name, of), instrument);
        return family.Source == instrument.Name && family.Kind == MetricFamily.KindOf(instrument) ? family : null;
    }
}
