using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Helpdesk.Host.Tests;

/// <summary>What arrives at a receiver of OTLP. The bytes are protobuf; the names and values in them are plain text.</summary>
public sealed class TelemetryExportTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Subject = "Confidential-Subject-0815";
    private const string Email = "confidential.exported@mail.example";

    [Fact]
    public async Task Sends_traces_metrics_and_logs_without_anything_private()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await CollectAsync(received);
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key);
        string requestId;
        await using (var server = await RunningServer.StartAsync(app.ServerConnectionString,
            new("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.First()),
            new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            new("Logging:LogLevel:Default", "Warning")))
        {
            using var created = await server.SendAsync(HttpMethod.Post, tenant.Slug, key.Token, "/api/v1/helpdesk/tickets?q=" + Email,
                $$$"""{"subject":"{{{Subject}}}","body":"{{{Subject}}}","requester":{"email":"{{{Email}}}","name":"C. Person"}}""");
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            requestId = created.Headers.GetValues("X-Request-Id").Single();

            await app.OwnerSqlAsync($"""
                create function tickets.otlp_{tenant.Id}() returns trigger language plpgsql as $$
                begin
                    raise exception 'invalid input syntax for type bigint: "%"', new.subject using errcode = '22P02', detail = new.subject;
                end $$;
                create trigger otlp_{tenant.Id} before insert on tickets.ticket
                    for each row when (new.tenant_id = {tenant.Id}) execute function tickets.otlp_{tenant.Id}()
                """);
            using var failed = await server.SendAsync(HttpMethod.Post, tenant.Slug, key.Token, "/api/v1/helpdesk/tickets",
                $$"""{"subject":"{{Subject}}","body":"{{Subject}}"}""");
            Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        }

        var traces = received["/v1/traces"];
        foreach (var name in (string[])["key check", "limiter", "handle CreateTicket", "http.route", "/api/v1/helpdesk/tickets", "http.response.status_code",
            "http.request.method", "commit", "helpdesk.commit.requests", "helpdesk.tenant", tenant.Slug, "helpdesk.request_id", requestId, "db.query.text", "service.name", "22P02"])
            Assert.True(traces.Contains(name), $"{name} is in no span.");
        Assert.Contains("http.server.request.duration", received["/v1/metrics"]);
        Assert.Contains("helpdesk.keys.missed", received["/v1/metrics"]);
        Assert.Contains("Request {RequestId} failed", received["/v1/logs"]);
        foreach (var sent in received.Values)
        {
            foreach (var secret in (string[])[key.Token, Subject, Email])
                Assert.DoesNotContain(secret, sent);
        }
    }

    private static async Task<WebApplication> CollectAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var collector = builder.Build();
        collector.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var text = Encoding.UTF8.GetString(body.ToArray());
            received.AddOrUpdate(http.Request.Path.Value!, text, (_, before) => before + text);
        });
        await collector.StartAsync();
        return collector;
    }
}
