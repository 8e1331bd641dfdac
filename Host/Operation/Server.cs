using System.Net;
using Helpdesk.Host.Documents;
using Helpdesk.Host.Observability;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.OpenApi;
using Microsoft.AspNetCore.HttpOverrides;

namespace Helpdesk.Host.Operation;

/// <summary>Composes the web server. Thin: what requests do stands in the modules, what they pass on the way in the kernel.</summary>
public static class Server
{
    private const int MaxBody = 1024 * 1024;
    private const int MaxUrl = 8 * 1024;

    /// <summary>Builds the server; nothing runs yet.</summary>
    /// <param name="configuration">Settings, with the connection string of the server's own role.</param>
    /// <param name="listen">The addresses to bind.</param>
    public static WebApplication Build(IConfiguration configuration, params IEnumerable<IPEndPoint> listen)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(configuration);
        ConfigureLogging(builder.Logging, configuration);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.MaxRequestLineSize = MaxUrl;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.MaxConcurrentConnections = 10_000;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
            kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
            kestrel.Limits.MinResponseDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
            foreach (var address in listen)
                kestrel.Listen(address);
        });
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host =>
        {
            // A hook's call of a model takes 30 seconds at most, and is written down after that.
            host.ShutdownTimeout = TimeSpan.FromSeconds(40);
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        builder.Services.AddTelemetryExport(configuration);
        builder.Services.AddManagement(configuration);
        builder.Services.AddHelpdesk(configuration, HostModules.All);
        builder.Services.AddHelpdeskWorkers();

        var app = builder.Build();
        TrustProxies(app, configuration);
        app.UseHelpdesk();
        app.MapHealth();
        app.MapApiDocuments();
        app.MapApiViewer();
        return app;
    }

    /// <summary>Refuses to serve from a database whose walls do not hold, or with hosts that are of two dialects.</summary>
    /// <exception cref="OperatorException">What is wrong.</exception>
    public static async Task CheckAsync(WebApplication app, CancellationToken ct)
    {
        var faults = (
            from gate in app.Services.GetServices<IGate>()
            from suffix in gate.Suffixes
            group gate.Dialect.Name by suffix.Trim('.').ToLowerInvariant() into same
            where same.Distinct().Count() > 1
            select $"The host suffix '{same.Key}' is set for {string.Join(" and ", same.Distinct().Order())}: each API needs hosts of its own.").ToList();
        if (faults.Count == 0)
            faults.AddRange(await app.Services.GetRequiredService<StartupCheck>().FindFaultsAsync(ct));
        if (faults.Count > 0)
            throw new OperatorException(string.Join(Environment.NewLine, faults));
    }

    /// <summary>Says in one line what has started: which version, where, with what, and on whose database.</summary>
    public static void Announce(WebApplication app, IConfiguration configuration)
    {
        var management = app.Services.GetService<ManagementServer>();
        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Helpdesk.Host").LogInformation(
            "Helpdesk {Version} serves at {Addresses} (management: {Management}) with the modules {Modules}, from the database server {Database}",
            Telemetry.Version,
            string.Join(", ", app.Urls),
            management?.Address.ToString() ?? "off",
            string.Join(", ", HostModules.All.Select(module => module.Schema)),
            new Npgsql.NpgsqlConnectionStringBuilder(configuration.GetConnectionString("Helpdesk")).Host);
    }

    private static void ConfigureLogging(ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        logging.AddConfiguration(configuration.GetSection("Logging"));
        if (Console.IsOutputRedirected)
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
        else
            logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
    }

    /// <summary>Host, scheme and address are taken from forwarded headers only when they come from a proxy that the operator names.</summary>
    private static void TrustProxies(WebApplication app, IConfiguration configuration)
    {
        var (addresses, networks) = Settings.TrustedProxies(configuration);
        if (addresses.Count + networks.Count == 0)
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        addresses.ForEach(options.KnownProxies.Add);
        networks.ForEach(options.KnownIPNetworks.Add);
        app.UseForwardedHeaders(options);
    }
}
