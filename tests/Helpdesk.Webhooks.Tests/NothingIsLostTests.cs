using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Dapper;
using Helpdesk.Host.Postgres;
using Npgsql;

namespace Helpdesk.Webhooks.Tests;

/// <summary>The server is killed again and again while events happen and are delivered.</summary>
public sealed class NothingIsLostTests : IDisposable
{
    private const int Endpoints = 3;
    private const int Clients = 6;

    private static readonly int Events = Soak.Size("EVENTS", 150);
    private static readonly int Kills = Soak.Size("KILLS", 2);

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Helpdesk__Limits__PerMinute"] = "10000000",
        ["Helpdesk__Limits__PerHour"] = "100000000",
        ["Helpdesk__Webhooks__AllowInsecure"] = "true",
    };

    private readonly string _data = Directory.CreateTempSubdirectory("helpdesk-webhooks-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private HostProcess? _server;
    private string _token = "";
    private int _begun;

    public void Dispose()
    {
        _http.Dispose();
        // Where the test has failed it serves still.
        _server?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        PostgresCluster.FindRunning(_data)?.StopAsync().GetAwaiter().GetResult();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Every_event_reaches_every_endpoint_under_one_id()
    {
        var watch = Stopwatch.StartNew();
        await using var receiver = await Receiver.StartAsync();
        var hooks = Enumerable.Range(0, Endpoints).Select(_ => receiver.Open()).ToArray();
        // One answers slowly and fails now and then, as receivers do; what it refuses comes again a minute later, which the suite has not.
        var taken = 0;
        hooks[0].Answer = async http =>
        {
            await Task.Delay(Random.Shared.Next(50));
            http.Response.StatusCode = Interlocked.Increment(ref taken) % 997 == 0 ? 503 : 204;
        };
        _server = await HostProcess.ServeAsync("up", Settings, "--data", _data);
        _token = await MintAsync();
        foreach (var hook in hooks)
            Assert.Equal(201, (int)(await PostAsync("webhooks", new { url = hook.Url, subscribed_events = new[] { "ticket.created" } }, null)).StatusCode);

        var made = new ConcurrentBag<string>();
        var load = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => LoadAsync(made))));
        for (var kill = 1; kill <= Kills; kill++)
        {
            // Spread over the whole run, at whatever it is doing then.
            while (made.Count < Events * kill / (Kills + 1) && !load.IsCompleted)
                await Task.Delay(5);
            await Task.Delay(Random.Shared.Next(100));
            await _server.KillAsync();
            await using var dead = _server;
            _server = await HostProcess.ServeAsync("up", Settings, "--data", _data);
        }

        await load;
        var events = await EventsAsync();
        Assert.Equal(Events, events.Count);
        foreach (var hook in hooks)
            await ReachedAsync(hook, events);
        foreach (var call in hooks.SelectMany(hook => hook.Calls))
            Assert.Equal(call.Json.Text("id"), call.EventId);
        // And nothing else came.
        Assert.All(hooks.SelectMany(hook => hook.Calls), call => Assert.Contains(call.EventId, events));
        // What came twice came with the same body.
        Assert.All(hooks.SelectMany(hook => hook.Calls).GroupBy(call => call.EventId), same => Assert.Single(same.Select(call => call.Text).Distinct()));
        Soak.Report($"{Events} events, {Kills} times kill -9, {Endpoints} endpoints: all {Events * Endpoints} deliveries arrived, "
            + $"{hooks.Sum(hook => hook.Calls.Count) - Events * Endpoints} of them again under the same id, {watch.Elapsed.TotalSeconds:0} s");
        _server.Terminate();
        Assert.Equal(0, await _server.EndAsync());
    }

    private async Task LoadAsync(ConcurrentBag<string> made)
    {
        while (Interlocked.Increment(ref _begun) is var number && number <= Events)
        {
            while (!await TryAsync($"soak {number}"))
                await Task.Delay(20);
            made.Add($"soak {number}");
        }
    }

    private async Task<bool> TryAsync(string subject)
    {
        try
        {
            using var reply = await PostAsync("helpdesk/tickets", new { subject, body = "It was fine yesterday." }, subject);
            return (int)reply.StatusCode == 201;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<HttpResponseMessage> PostAsync(string path, object body, string? retryKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{_server!.Port}/api/v1/{path}"));
        request.Headers.Host = "acme.localhost";
        request.Headers.Authorization = new("Bearer", _token);
        if (retryKey is not null)
            request.Headers.Add("Idempotency-Key", retryKey);
        request.Content = JsonContent.Create(body);
        return await _http.SendAsync(request);
    }

    /// <summary>The names of all events, once they are published.</summary>
    private async Task<HashSet<string>> EventsAsync()
    {
        await using var connection = new NpgsqlConnection(Owner());
        var (tenant, ids) = (await connection.ExecuteScalarAsync<long>("select tenant_id from access.tenant where slug = 'acme'"), new List<long>());
        for (var watch = Stopwatch.StartNew(); ids.Count < Events; await Task.Delay(100))
        {
            // Who was killed while reading events holds them for twenty seconds.
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"{ids.Count} of {Events} events are published.");
            ids = (await connection.QueryAsync<long>("""
                select p.event_id from audit.published p join log.event e on e.tenant_id = p.tenant_id and e.id = p.event_id
                    join tickets.ticket t on t.tenant_id = e.tenant_id and t.id = e.ticket_id
                where p.tenant_id = @tenant and p.type = 'ticket.created' and t.subject like 'soak %'
                """, new { tenant })).AsList();
        }

        return [.. ids.Select(id => SharedKernel.Events.EventName.Of(tenant, id))];
    }

    /// <summary>Waits for every event; leases of killed processes last twenty seconds, and what was refused comes again after a minute.</summary>
    private static async Task ReachedAsync(Hook hook, HashSet<string> events)
    {
        var (missing, since) = (events.Count, Stopwatch.StartNew());
        while (missing > 0)
        {
            await Task.Delay(100);
            var left = events.Except(hook.Calls.Select(call => call.EventId)).Count();
            if (left < missing)
                (missing, since) = (left, Stopwatch.StartNew());
            Assert.True(since.Elapsed < TimeSpan.FromMinutes(2), $"{missing} of {events.Count} events do not arrive.");
        }
    }

    private async Task<string> MintAsync()
    {
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Helpdesk"] = Owner(), ["ConnectionStrings__HelpdeskOwner"] = Owner() };
        var said = (await HostProcess.RunAsync(environment, "keys", "mint", "--tenant", "acme", "--scopes", "helpdesk:write,webhooks:manage")).Ok();
        return said.Trim().Split(' ')[^1];
    }

    private string Owner()
    {
        using var cluster = new Borrowed(PostgresCluster.FindRunning(_data)!);
        return new NpgsqlConnectionStringBuilder(cluster.Cluster.SuperuserConnectionString) { Database = "helpdesk", Pooling = false }.ConnectionString;
    }

    /// <summary>The server's own PostgreSQL, which goes on when this is let go of.</summary>
    private sealed record Borrowed(PostgresCluster Cluster) : IDisposable
    {
        public void Dispose() => Cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
