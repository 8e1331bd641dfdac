using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Helpdesk.Host.Observability;
using Helpdesk.Host.Operation;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.Host.Tests;

public sealed class ManagementPortTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly KeyValuePair<string, string?> AnyPort = new("Helpdesk:Management:Port", "0");

    [Fact]
    public async Task Shows_what_was_asked_by_route_method_and_status()
    {
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key);
        await using var server = await RunningServer.StartAsync(app.ServerConnectionString, AnyPort);
        await server.SendAsync(HttpMethod.Get, tenant.Slug, key.Token, "/api/v1/helpdesk/tickets/HD-000001");
        await server.SendAsync(HttpMethod.Get, tenant.Slug, "mc_live_wrong", "/api/v1/helpdesk/tickets");
        await server.SendAsync(HttpMethod.Post, tenant.Slug, key.Token, "/api/v1/helpdesk/tickets", """{"subject":"Lamp","body":"It is dark."}""");

        var text = await EventuallyAsync(server, "helpdesk_ready 1");
        Assert.Matches(Requests("GET", 404, "/api/v1/helpdesk/tickets/{ref}"), text);
        Assert.Matches(Requests("GET", 401, "/api/v1/helpdesk/tickets"), text);
        Assert.Matches(Requests("POST", 201, "/api/v1/helpdesk/tickets"), text);
        Assert.Matches(@"(?m)^helpdesk_keys_missed_total [1-9]", text);
        Assert.Matches(@"(?m)^helpdesk_outbox_age_seconds [0-9]", text);
        Assert.Matches(@"(?m)^helpdesk_outbox_depth [0-9]", text);
        Assert.Matches(@"(?m)^helpdesk_build_info\{version=""[0-9.]+""\} 1$", text);
        Assert.Matches(@"(?m)^db_client_operation_duration_seconds_count\{db_client_connection_pool_name=""helpdesk"",", text);
        Assert.Matches(@"(?m)^dotnet_gc_collections_total\{", text);
        Assert.Matches(@"(?m)^kestrel_active_connections\{", text);
        Assert.DoesNotContain(tenant.Slug, text);
        Assert.DoesNotContain("/metrics", text);
    }

    [Fact]
    public async Task Counts_events_refusals_and_replays()
    {
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key with { RatePerMinute = 3 });
        await using var server = await RunningServer.StartAsync(app.ServerConnectionString, AnyPort);
        for (var i = 0; i < 8; i++)
        {
            await server.SendAsync(HttpMethod.Post, tenant.Slug, key.Token, "/api/v1/helpdesk/tickets", """{"subject":"Lamp","body":"It is dark."}""");
            // The other server on this database sweeps once a second and might number an event first, but not every one of them.
            await Task.Delay(50);
        }

        var text = await EventuallyAsync(server, "helpdesk_events_numbered_total");
        Assert.Matches(@"(?m)^helpdesk_requests_limited_total\{reason=""minute""\} [1-9]", text);
        Assert.Matches(@"(?m)^helpdesk_catalog_reloads_total\{catalog=""desk""\} [1-9]", text);
    }

    [Fact]
    public async Task Answers_health_and_nothing_else()
    {
        await using var server = await RunningServer.StartAsync(app.ServerConnectionString, AnyPort);
        Assert.Equal((200, "ok"), await StatusAndTextAsync(server, "/livez"));
        Assert.Equal((200, "ok"), await StatusAndTextAsync(server, "/readyz"));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", (await server.ManageAsync("/metrics")).ContentType);
        Assert.Equal(404, (await server.ManageAsync("/")).Status);
        Assert.Equal(404, (await server.ManageAsync("/api/v1/helpdesk/tickets")).Status);
    }

    [Fact]
    public async Task Clients_do_not_see_metrics()
    {
        await using var server = await RunningServer.StartAsync(app.ServerConnectionString, AnyPort);
        using var response = await server.SendAsync(HttpMethod.Get, "any", null, "/metrics");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Is_off_unless_set()
    {
        await using var server = await RunningServer.StartAsync(app.ServerConnectionString);
        Assert.Null(server.Services.GetService<ManagementServer>());
        Assert.Null(server.Services.GetService<MetricStore>());
    }

    [Theory]
    [InlineData("Port", "70000")]
    [InlineData("Address", "somewhere")]
    public async Task Refuses_what_cannot_be_bound(string name, string value) => await Assert.ThrowsAsync<OperatorException>(() =>
        RunningServer.StartAsync(app.ServerConnectionString, AnyPort, new($"Helpdesk:Management:{name}", value)));

    [Fact]
    public async Task A_taken_port_is_an_operators_matter()
    {
        await using var first = await RunningServer.StartAsync(app.ServerConnectionString, AnyPort);
        var taken = first.Services.GetRequiredService<ManagementServer>().Address.Port.ToString();
        var refusal = await Assert.ThrowsAsync<OperatorException>(() =>
            RunningServer.StartAsync(app.ServerConnectionString, new KeyValuePair<string, string?>("Helpdesk:Management:Port", taken)));
        Assert.Contains("Helpdesk__Management__Port", refusal.Message);
    }

    [Fact]
    public async Task Prometheus_can_read_it()
    {
        await using var server = await RunningServer.StartAsync(app.ServerConnectionString, AnyPort);
        var text = await EventuallyAsync(server, "helpdesk_ready 1");
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Matches("""^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-zA-Z_][a-zA-Z0-9_]*(\{([a-z_][a-z0-9_]*="([^"\\\n]|\\["\\n])*",?)+\})? (-?[0-9.]+([eE][-+]?[0-9]+)?|[+-]Inf|NaN))$""", line);
        if (Find("promtool") is not { } promtool)
            return;
        using var process = Process.Start(new ProcessStartInfo(promtool, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        // It also has opinions on names, which are OpenTelemetry's to choose.
        var said = await process.StandardError.ReadToEndAsync();
        Assert.DoesNotMatch("(?i)error|invalid|expected", said);
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string Requests(string method, int status, string route) =>
        $@"(?m)^http_server_request_duration_seconds_count\{{http_request_method=""{method}"",http_response_status_code=""{status}"",http_route=""{Regex.Escape(route)}"",[^}}]*\}} 1$";

    private static async Task<(int, string)> StatusAndTextAsync(RunningServer server, string path)
    {
        var (status, text, _) = await server.ManageAsync(path);
        return (status, text);
    }

    private static async Task<string> EventuallyAsync(RunningServer server, string wanted)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (_, text, _) = await server.ManageAsync("/metrics");
            if (text.Contains(wanted))
                return text;
            Assert.True(attempt < 100, $"{wanted} does not come:\n{text}");
            await Task.Delay(100);
        }
    }
}
