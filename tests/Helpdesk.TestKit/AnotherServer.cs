using System.Net;
using Helpdesk.Host.Operation;
using Helpdesk.SharedKernel.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.TestKit;

/// <summary>A second server on the database of the first, with settings of its own.</summary>
public sealed class AnotherServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AnotherServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    public static async Task<AnotherServer> StartAsync(HelpdeskApp beside, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:Helpdesk"] = beside.ServerConnectionString,
            ["Logging:LogLevel:Default"] = "Warning",
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        var configuration = Settings.Read([.. all]);
        var app = Server.Build(configuration, new IPEndPoint(IPAddress.Loopback, 0));
        await app.StartAsync();
        for (var tries = 0; !app.Services.GetRequiredService<Signals>().IsListening && tries < 500; tries++)
            await Task.Delay(10);
        return new(app, new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));
    }

    /// <summary>Sends a client's request here instead of to the first server.</summary>
    public Action<HttpRequestMessage> Here => request => request.RequestUri = new Uri(Address, request.RequestUri!.PathAndQuery);

    /// <summary>Stops as on a signal: answers what came in, writes down what it noted.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
