using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Helpdesk.Host.Observability;

/// <summary>Prometheus' text format, version 0.0.4, with names made as OpenTelemetry makes them for Prometheus.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const int LongestValue = 200;

    /// <summary>The metric's name: dots become underscores, the unit is spelt out where it is not in the name, and a counter ends in <c>_total</c>.</summary>
    public static string NameOf(Instrument instrument)
    {
        var kind = MetricFamily.KindOf(instrument);
        var name = Word(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "1" when kind == MetricKind.Gauge => "ratio",
            null or "" or "1" => "",
            ['{', ..] => "",
            var other => Word(other),
        };
        if (unit.Length > 0 && !name.Split('_').Contains(unit))
            name += "_" + unit;
        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>Labels in order of their names, without braces.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, object?>> labels) => string.Join(',', labels
        .Where(label => label.Value is not null)
        .Select(label => (Name: Word(label.Key), Value: Escape(label.Value!)))
        .DistinctBy(label => label.Name)
        .OrderBy(label => label.Name, StringComparer.Ordinal)
        .Select(label => $"{label.Name}=\"{label.Value}\""));

    /// <summary>Writes the metric with all its series; nothing when it has none.</summary>
    public static void Write(StringBuilder text, MetricFamily family)
    {
        var series = family.Series;
        if (series.Count == 0)
            return;
        text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Kind.ToString().ToLowerInvariant()).Append('\n');
        // Two values that are cut to the same text would spoil the whole answer.
        foreach (var one in series.DistinctBy(one => one.Labels).OrderBy(one => one.Labels, StringComparer.Ordinal))
        {
            if (family.Kind == MetricKind.Histogram)
                WriteHistogram(text, family.Name, one);
            else
                Line(text, family.Name, one.Labels, Number(one.Value));
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, MetricSeries series)
    {
        var count = 0L;
        var before = series.Labels.Length == 0 ? "" : series.Labels + ",";
        for (var bucket = 0; bucket <= series.Bounds.Length; bucket++)
        {
            count += series.Count(bucket);
            var bound = bucket < series.Bounds.Length ? Number(series.Bounds[bucket]) : "+Inf";
            Line(text, name + "_bucket", $"{before}le=\"{bound}\"", Number(count));
        }

        Line(text, name + "_sum", series.Labels, Number(series.Value));
        Line(text, name + "_count", series.Labels, Number(count));
    }

    private static void Line(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Escape(object value)
    {
        var text = value switch
        {
            bool truth => truth ? "true" : "false",
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        if (text.Length > LongestValue)
            text = text[..LongestValue];
        return text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
    }

    // Only letters, digits and underscores, and no digit in front.
    private static string Word(string text) =>
        (char.IsAsciiDigit(text[0]) ? "_" : "") + string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
