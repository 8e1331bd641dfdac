using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Helpdesk.Host.Operation;
using Npgsql;

namespace Helpdesk.Host.Tests;

/// <summary>What a server of its own process writes to its log while things go well and wrong.</summary>
public sealed class LogPrivacyTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Subject = "Confidential-Subject-4711";
    private const string Body = "Confidential-Body-4711";
    private const string Email = "confidential.person@mail.example";
    private const string Search = "Confidential-Search-4711";

    private readonly ConcurrentQueue<string> _log = new();

    [Fact]
    public async Task Nothing_private_is_logged_and_failures_carry_the_request_id()
    {
        var tenant = await app.NewTenantAsync();
        var key = await tenant.MintAsync(key => key);
        using var process = Start();
        using var http = new HttpClient();
        try
        {
            var address = await AddressAsync(process);
            Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null, string? token = null) =>
                RunningServer.SendAsync(http, address, method, tenant.Slug, token ?? key.Token, path, json);
            var ticket = JsonSerializer.Serialize(new { subject = Subject, body = Body, requester = new { email = Email, name = "C. Person" } });
            const string tickets = "/api/v1/helpdesk/tickets";

            Assert.Equal(201, (int)(await SendAsync(HttpMethod.Post, tickets, ticket)).StatusCode);
            Assert.Equal(200, (int)(await SendAsync(HttpMethod.Get, $"{tickets}?q={Search}")).StatusCode);
            Assert.Equal(401, (int)(await SendAsync(HttpMethod.Get, tickets, token: key.Token[..^2] + "xx")).StatusCode);
            Assert.Equal(422, (int)(await SendAsync(HttpMethod.Post, tickets, ticket.Replace("mail.example", ""))).StatusCode);
            Assert.Equal(400, (int)(await SendAsync(HttpMethod.Post, tickets, ticket[..^3])).StatusCode);

            await BreakTicketsAsync(tenant.Id);
            using var failed = await SendAsync(HttpMethod.Post, tickets, ticket);
            Assert.Equal(500, (int)failed.StatusCode);
            var requestId = failed.Headers.GetValues("X-Request-Id").Single();
            Assert.DoesNotContain(Subject, await failed.Content.ReadAsStringAsync());
            await CutConnectionsAsync();
            await SendAsync(HttpMethod.Get, tickets);

            await LoggedAsync(line => Field(line, "RequestId") == requestId);
            if (OperatingSystem.IsLinux())
                Assert.DoesNotContain("OpenTelemetry", await File.ReadAllTextAsync($"/proc/{process.Id}/maps"));
            var log = string.Join('\n', _log);
            Assert.Contains("22P02", log);
            foreach (var secret in (string[])[key.Token, key.Token[12..], Subject, Body, Email, Search, Password()])
                Assert.DoesNotContain(secret, log);
            Assert.All(_log, line => JsonDocument.Parse(line).Dispose());
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(Server).Assembly.Location, "serve", "--port", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__Helpdesk"] = new NpgsqlConnectionStringBuilder(app.ServerConnectionString)
        {
            ApplicationName = nameof(LogPrivacyTests),
        }.ConnectionString;
        start.Environment["Helpdesk__Management__Port"] = "0";
        var process = Process.Start(start)!;
        DataReceivedEventHandler keep = (_, line) =>
        {
            if (line.Data is not null)
                _log.Enqueue(line.Data);
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>The one line of the start says it, with what else an operator wants to know then.</summary>
    private async Task<Uri> AddressAsync(Process process)
    {
        var line = await LoggedAsync(line => Field(line, "Addresses") is not null || process.HasExited);
        Assert.False(process.HasExited, string.Join('\n', _log));
        Assert.Equal(new NpgsqlConnectionStringBuilder(app.ServerConnectionString).Host, Field(line, "Database"));
        Assert.Contains("tickets", Field(line, "Modules"));
        Assert.Matches(@"^\d+\.\d+\.\d+$", Field(line, "Version"));
        Assert.StartsWith("http://127.0.0.1:", Field(line, "Management"));
        return new Uri(Field(line, "Addresses")!);
    }

    private async Task<string> LoggedAsync(Func<string, bool> wanted)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (_log.FirstOrDefault(wanted) is { } line)
                return line;
            Assert.True(attempt < 300, "It is not logged:\n" + string.Join('\n', _log));
            await Task.Delay(100);
        }
    }

    /// <summary>Has PostgreSQL refuse the tenant's tickets in the way of a bug: quoting what was sent in all its fields.</summary>
    private Task<int> BreakTicketsAsync(long tenantId) => app.OwnerSqlAsync($"""
        create function tickets.quote_{tenantId}() returns trigger language plpgsql as $$
        begin
            raise exception 'invalid input syntax for type bigint: "%"', new.subject
                using errcode = '22P02', detail = new.subject, hint = new.subject;
        end $$;
        create trigger quote_{tenantId} before insert on tickets.ticket
            for each row when (new.tenant_id = {tenantId}) execute function tickets.quote_{tenantId}()
        """);

    private Task<int> CutConnectionsAsync() => app.OwnerSqlAsync(
        $"select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{nameof(LogPrivacyTests)}'");

    private string Password() => new NpgsqlConnectionStringBuilder(app.ServerConnectionString).Password!;

    private static string? Field(string line, string name)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.TryGetProperty("State", out var state) && state.TryGetProperty(name, out var value) ? value.ToString() : null;
    }
}
