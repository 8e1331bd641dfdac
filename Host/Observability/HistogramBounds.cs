using System.Diagnostics.Metrics;

namespace Helpdesk.Host.Observability;

/// <summary>The upper bounds of the buckets of a histogram. Fixed: what was stored stays comparable.</summary>
internal static class HistogramBounds
{
    // Most requests take a few milliseconds; the usual bounds begin where ours should have ended.
    private static readonly double[] Short = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Long = [0.01, 0.1, 1, 10, 60, 300, 1800];
    private static readonly double[] Any = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

    public static double[] Of(Instrument instrument) => instrument switch
    {
        { Name: "kestrel.connection.duration" } => Long,
        { Unit: "s" } => Short,
        { Unit: "1" } => [0.1, 0.25, 0.5, 0.75, 0.9, 1],
        _ => Any,
    };
}
