using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Helpdesk.Webhooks.Tests;

/// <summary>A program outside that takes webhooks on this machine; each hook of it has a path of its own and answers as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly Lazy<Task<Receiver>> Shared = new(() => StartAsync());

    private readonly ConcurrentDictionary<string, Hook> _hooks = new();
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    /// <summary>A hook at the receiver that all tests share.</summary>
    public static async Task<Hook> OpenAsync() => (await Shared.Value).Open();

    public static async Task<Receiver> StartAsync(Action<Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => configure?.Invoke(listen)));
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.AnswerAsync);
        await app.StartAsync();
        return receiver;
    }

    public Hook Open()
    {
        var path = "/" + Guid.NewGuid().ToString("N");
        return _hooks[path] = new Hook(new Uri(new Uri(_app.Urls.First()), path));
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (!_hooks.TryGetValue(http.Request.Path, out var hook))
        {
            http.Response.StatusCode = 404;
            return;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        hook.Calls.Enqueue(new Call(
            http.Request.Method, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray(), DateTimeOffset.UtcNow));
        await hook.Answer(http);
    }
}

/// <summary>One address that webhooks can be sent to.</summary>
internal sealed class Hook(Uri url)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string Url => url.AbsoluteUri;

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>What it answers; 204 unless told.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = Status(204);

    public static Func<HttpContext, Task> Status(int status, string body = "", params (string Name, string Value)[] headers) => async http =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        if (body.Length > 0)
            await http.Response.WriteAsync(body);
    };

    /// <summary>Never answers.</summary>
    public static Task Hang(HttpContext http) => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>Waits for so many calls.</summary>
    public async Task<Call[]> ReceiveAsync(int count)
    {
        for (var watch = Stopwatch.StartNew(); Calls.Count < count; await Task.Delay(10))
            Assert.True(watch.Elapsed < Patience, $"{Calls.Count} of {count} calls came.");
        return [.. Calls];
    }
}

/// <summary>A call as it came in.</summary>
internal sealed record Call(string Method, IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public System.Text.Json.JsonElement Json => System.Text.Json.JsonDocument.Parse(Body).RootElement;

    public string EventId => Headers["Mobieus-Event-Id"];

    public string Type => Headers["Mobieus-Event-Type"];
}
