using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Helpdesk.Host.Tests;

/// <summary>A program that works with the API of a server that may go away under its hands.</summary>
internal sealed class DeskClient(string token) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public async Task<HttpStatusCode> AskAsync(HostProcess server, string path = "queues")
    {
        using var request = Request(HttpMethod.Get, server, path);
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Opens a ticket.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> OpenAsync(HostProcess server, string subject)
    {
        using var request = Request(HttpMethod.Post, server, "tickets");
        request.Headers.Add("Idempotency-Key", subject);
        request.Content = JsonContent.Create(new { subject, body = "It was fine yesterday." });
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, HostProcess server, string path)
    {
        var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{server.Port}/api/v1/helpdesk/{path}"));
        request.Headers.Authorization = new("Bearer", token);
        return request;
    }
}

/// <summary>
/// Eight clients that open tickets one after the other, each under a retry key of its own, and try the same again until they have an
/// answer. Holds every answer they got.
/// </summary>
internal sealed class Load : IDisposable
{
    private readonly DeskClient _client;
    private readonly Func<HostProcess> _server;
    private readonly Task[] _clients;
    private volatile bool _enough;

    public Load(string token, Func<HostProcess> server)
    {
        (_client, _server) = (new DeskClient(token), server);
        _clients = [.. Enumerable.Range(0, 8).Select(number => Task.Run(() => RunAsync(number)))];
    }

    /// <summary>Tickets by subject, as they were acknowledged.</summary>
    public ConcurrentDictionary<string, (long Id, string Reference)> Acknowledged { get; } = new();

    /// <summary>Requests that got no answer at all.</summary>
    public int Unanswered;

    /// <summary>Answers of a server whose database was away.</summary>
    public ConcurrentBag<(HttpStatusCode Status, JsonElement Body)> Failures { get; } = [];

    /// <summary>Opens no further tickets, and waits until each begun one is acknowledged.</summary>
    public async Task FinishAsync()
    {
        _enough = true;
        await Task.WhenAll(_clients).WaitAsync(TimeSpan.FromSeconds(45));
    }

    public void Dispose() => _client.Dispose();

    private async Task RunAsync(int number)
    {
        for (var i = 0; !_enough; i++)
        {
            var subject = $"load {number} {i}";
            while (!await TryAsync(subject))
                await Task.Delay(30);
        }
    }

    private async Task<bool> TryAsync(string subject)
    {
        try
        {
            var (status, body) = await _client.OpenAsync(_server(), subject);
            if (status != HttpStatusCode.Created)
            {
                Failures.Add((status, body));
                return false;
            }

            var data = body.GetProperty("data");
            Acknowledged[subject] = (data.GetProperty("id").GetInt64(), data.GetProperty("reference").GetString()!);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException)
        {
            Interlocked.Increment(ref Unanswered);
            return false;
        }
    }
}
