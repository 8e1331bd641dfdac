// Stands in for the package OpenTelemetry.Extensions.Hosting (Apache-2.0), which is not to be had here. The names and their meaning are
// the package's: to return to it, delete this file and reference it. The providers themselves are OpenTelemetry's own.
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OpenTelemetry
{
    /// <summary>Says what an application exports.</summary>
    public sealed class OpenTelemetryBuilder : IOpenTelemetryBuilder
    {
        internal OpenTelemetryBuilder(IServiceCollection services) => Services = services;

        /// <inheritdoc/>
        public IServiceCollection Services { get; }

        /// <summary>Describes what the telemetry comes from.</summary>
        public OpenTelemetryBuilder ConfigureResource(Action<ResourceBuilder> configure)
        {
            OpenTelemetryBuilderSdkExtensions.ConfigureResource(this, configure);
            return this;
        }

        /// <summary>Adds metrics.</summary>
        public OpenTelemetryBuilder WithMetrics(Action<MeterProviderBuilder> configure)
        {
            OpenTelemetryBuilderSdkExtensions.WithMetrics(this, configure);
            return this;
        }

        /// <summary>Adds traces.</summary>
        public OpenTelemetryBuilder WithTracing(Action<TracerProviderBuilder> configure)
        {
            OpenTelemetryBuilderSdkExtensions.WithTracing(this, configure);
            return this;
        }

        /// <summary>Adds logs.</summary>
        public OpenTelemetryBuilder WithLogging(Action<LoggerProviderBuilder> configure)
        {
            OpenTelemetryBuilderSdkExtensions.WithLogging(this, configure);
            return this;
        }
    }

    /// <summary>Makes the providers before anything is to be measured; the container disposes them, which sends what is left.</summary>
    internal sealed class TelemetryHostedService(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetService<MeterProvider>();
            services.GetService<TracerProvider>();
            services.GetService<LoggerProvider>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

namespace Microsoft.Extensions.DependencyInjection
{
    /// <summary>Puts OpenTelemetry into a host.</summary>
    public static class OpenTelemetryServicesExtensions
    {
        /// <summary>Starts and ends OpenTelemetry with the host. May be called more than once.</summary>
        public static OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
        {
            if (!services.Any(service => service.ImplementationType == typeof(TelemetryHostedService)))
                services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryHostedService>());
            return new OpenTelemetryBuilder(services);
        }
    }
}
