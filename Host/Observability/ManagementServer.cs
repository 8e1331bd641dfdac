using System.Net;
using Helpdesk.Host.Operation;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Helpdesk.Host.Observability;

/// <summary>
/// Serves <c>/metrics</c>, <c>/livez</c> and <c>/readyz</c> on a port of its own, by a server of its own: it answers while the other one is
/// full or drains, and its requests stand in nobody's statistics. First to start and last to stop.
/// </summary>
internal sealed class ManagementServer(ManagementOptions options, MetricStore metrics, IServiceProvider services) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // Its requests are nobody's trace either.
        builder.Services.AddSingleton(new System.Diagnostics.ActivitySource("Helpdesk.Management"));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 100;
            kestrel.Listen(Endpoint());
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new OperatorException($"{exception.Message} Choose another by Helpdesk__Management__Port.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? default;

    private Task AnswerAsync(HttpContext http)
    {
        switch (http.Request.Path.Value)
        {
            case "/livez":
                return Health.AnswerLiveAsync(http);
            case "/readyz":
                return Health.AnswerReadyAsync(http, services);
            case "/metrics":
                http.Response.ContentType = PrometheusText.ContentType;
                return http.Response.WriteAsync(metrics.Write(), http.RequestAborted);
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private IPEndPoint Endpoint()
    {
        if (options.Port is not (>= 0 and <= 65535))
            throw new OperatorException($"Helpdesk:Management:Port takes 0 to 65535, not {options.Port}.");
        return IPAddress.TryParse(options.Address, out var address)
            ? new IPEndPoint(address, options.Port.Value)
            : throw new OperatorException($"Helpdesk:Management:Address takes an address such as 0.0.0.0, not '{options.Address}'.");
    }
}

/// <summary>Puts the management port and what it shows into the host.</summary>
internal static class ManagementRegistration
{
    /// <summary>Registers what is configured; without a port and without OTLP that is nothing.</summary>
    public static void AddManagement(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection("Helpdesk:Management").Get<ManagementOptions>() ?? new ManagementOptions();
        if (options.Port is not null)
        {
            services.AddSingleton(options);
            services.AddSingleton<MetricStore>();
            services.AddSingleton<ManagementServer>();
            services.AddHostedService(provider => provider.GetRequiredService<ManagementServer>());
        }

        if (options.Port is not null || TelemetryExport.IsConfigured(configuration))
            services.AddHostedService<Gauges>();
    }
}
