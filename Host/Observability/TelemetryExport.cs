using System.Diagnostics;
using System.Runtime.CompilerServices;
using Helpdesk.SharedKernel.Observability;
using MediatR;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Helpdesk.Host.Observability;

/// <summary>
/// Sends traces, metrics and logs by OTLP where the standard variables name a receiver: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its kin. Where
/// they do not, nothing of OpenTelemetry is even loaded.
/// </summary>
public static class TelemetryExport
{
    private static readonly string[] Endpoints =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    ];

    /// <summary>The meters whose numbers are worth keeping. That of outgoing requests is not: its labels hold other people's hosts.</summary>
    public static readonly string[] Meters =
        [Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];

    /// <summary>Whether anything is to be sent.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        Endpoints.Any(name => !string.IsNullOrWhiteSpace(configuration[name]))
        && !"true".Equals(configuration["OTEL_SDK_DISABLED"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Sends telemetry, where it is configured.</summary>
    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, IConfiguration configuration)
    {
        if (IsConfigured(configuration))
            Add(services, configuration);
        return services;
    }

    // By itself, so that running the method above loads no assembly of OpenTelemetry.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Add(IServiceCollection services, IConfiguration configuration)
    {
        ActivitySource.AddActivityListener(WithoutValues);
        services.AddTransient<IStartupFilter, RequestSpans>();
        // In front of what is registered already, so that it stands around all other behaviours.
        services.Insert(0, ServiceDescriptor.Scoped(typeof(IPipelineBehavior<,>), typeof(TraceBehaviour<,>)));

        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddService("helpdesk", serviceVersion: Telemetry.Version)
            .AddEnvironmentVariableDetector());
        if (IsWanted("TRACES"))
            telemetry.WithTracing(tracing => tracing.AddSource(Telemetry.Name, "Microsoft.AspNetCore", "Npgsql").AddOtlpExporter());
        if (IsWanted("METRICS"))
            telemetry.WithMetrics(metrics => metrics.AddMeter(Meters).AddOtlpExporter());
        if (IsWanted("LOGS"))
            telemetry.WithLogging(logging => logging.AddOtlpExporter());

        bool IsWanted(string signal) => (configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] ?? configuration[Endpoints[0]]) is { Length: > 0 }
            && configuration[$"OTEL_{signal}_EXPORTER"] is null or "" or "otlp";
    }

    /// <summary>Npgsql puts failures onto its spans as PostgreSQL words them, with pieces of what was sent. These stand in their place.</summary>
    private static readonly ActivityListener WithoutValues = new()
    {
        ShouldListenTo = source => source.Name == "Npgsql",
        ExceptionRecorder = (Activity span, Exception exception, ref TagList tags) =>
        {
            tags.Add("exception.type", exception.GetType().FullName);
            tags.Add("exception.message", FaultText.Brief(exception));
            tags.Add("exception.stacktrace", exception.StackTrace ?? "");
        },
    };
}
