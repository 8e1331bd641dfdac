using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Helpdesk.Host.Observability;
using Helpdesk.Host.Operation;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.Host.Tests;

/// <summary>One more server of this process, on the database that all tests share, with settings of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();

    private RunningServer(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningServer> StartAsync(string connectionString, params KeyValuePair<string, string?>[] settings)
    {
        var configuration = Settings.Read(
            new("ConnectionStrings:Helpdesk", connectionString), new("Logging:LogLevel:Default", "None"), new("Logging:LogLevel:Microsoft", "None"));
        foreach (var (key, value) in settings)
            configuration[key] = value;
        var app = Server.Build(configuration, new IPEndPoint(IPAddress.Loopback, 0));
        await app.StartAsync();
        return new RunningServer(app);
    }

    /// <summary>Asks the API.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string slug, string? token, string path, string? json = null) =>
        SendAsync(_http, new Uri(_app.Urls.First()), method, slug, token, path, json);

    /// <summary>Asks the management port.</summary>
    public async Task<(int Status, string Text, string? ContentType)> ManageAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(Services.GetRequiredService<ManagementServer>().Address, path));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.ToString());
    }

    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, Uri address, HttpMethod method, string slug, string? token, string path, string? json)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path));
        request.Headers.Host = $"{slug}.localhost";
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
