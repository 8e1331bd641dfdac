using System.Net;

namespace Helpdesk.Headoni.Tests;

/// <summary>The host tells the dialect, and no request reaches the routes of another.</summary>
public sealed class HostTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Theory]
    [InlineData("{slug}.headoni.localhost")]
    [InlineData("{slug}.HEADONI.localhost:8080")]
    public async Task The_first_label_names_the_desk(string host)
    {
        var tenant = await app.NewTenantAsync();
        (await (await tenant.HeadoniAsync()).GetAsync("tickets", Host(host.Replace("{slug}", tenant.Slug.ToUpperInvariant(), StringComparison.Ordinal)))).Ok();
    }

    [Theory]
    [InlineData("headoni.localhost")]
    [InlineData("deep.{slug}.headoni.localhost")]
    [InlineData("-.headoni.localhost")]
    [InlineData("nobody-has-this.headoni.localhost:8080")]
    public async Task A_host_of_the_dialect_without_a_desk_is_answered_by_the_dialect(string host)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        (await client.GetAsync("tickets", Host(host.Replace("{slug}", tenant.Slug, StringComparison.Ordinal)))).Refused(404, "desk_not_found");
    }

    [Fact]
    public async Task Routes_of_a_dialect_are_there_on_its_own_hosts_only()
    {
        var tenant = await app.NewTenantAsync();
        var (native, headoni) = (await tenant.ClientAsync(), await tenant.HeadoniAsync());
        (await headoni.GetAsync("/api/v1/helpdesk/tickets")).Refused(404, "not_found");
        (await headoni.GetAsync("/api/v1/tickets")).Ok();
        (await native.GetAsync("/api/v1/tickets")).Refused(404, "not_found");
        (await native.GetAsync("/api/v1/departments")).Refused(404, "not_found");
        (await native.PostAsync("/api/v1/tickets", new { email = "a@b.c", subject = "s", body = "b" })).Refused(404, "not_found");
        // Known to the other dialect only, a method is no reason to say so.
        (await native.SendAsync(HttpMethod.Delete, "/api/v1/tickets", null, null)).Refused(404, "not_found");
        (await headoni.SendAsync(HttpMethod.Delete, "/api/v1/helpdesk/tickets", null)).Refused(404, "not_found");
    }

    [Fact]
    public async Task Each_dialect_has_its_own_document_and_page()
    {
        using var http = new HttpClient { BaseAddress = app.Address };
        async Task<string> AskAsync(string host, string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            using var response = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync();
        }

        Assert.Contains("\"title\":\"Headoni API\"", await AskAsync("acme.headoni.localhost", "/api/openapi.json"), StringComparison.Ordinal);
        Assert.Contains("/api/v1/ticket-types:", await AskAsync("acme.headoni.localhost", "/api/openapi.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("/api/v1/helpdesk", await AskAsync("acme.headoni.localhost", "/api/openapi.json"), StringComparison.Ordinal);
        Assert.Contains("\"title\":\"Helpdesk API\"", await AskAsync("acme.localhost", "/api/openapi.json"), StringComparison.Ordinal);
        Assert.DoesNotContain("/api/v1/ticket-types", await AskAsync("acme.localhost", "/api/openapi.json"), StringComparison.Ordinal);
        Assert.Contains("redoc", await AskAsync("acme.headoni.localhost", "/api/docs"), StringComparison.Ordinal);
        Assert.Contains("<title>Headoni API</title>", await AskAsync("acme.headoni.localhost", "/api/docs"), StringComparison.Ordinal);
        Assert.Contains("<title>Helpdesk API</title>", await AskAsync("acme.localhost", "/api/docs"), StringComparison.Ordinal);
        Assert.Equal("ok", await AskAsync("acme.headoni.localhost", "/livez"));
        var reply = await new HeadoniClient(app, "acme", null).GetAsync("/api/openapi.json");
        Assert.DoesNotContain("Access-Control-Allow-Origin", reply.Expect(200).Headers.Keys);
    }

    [Fact]
    public async Task Suffixes_are_a_setting()
    {
        await using var server = await AnotherServer.StartAsync(
            app, ("Helpdesk:Headoni:Suffixes:0", "tickets.example.com"), ("Helpdesk:Hosts:Suffixes:0", "example.com"));
        var tenant = await app.NewTenantAsync();
        var (native, headoni) = (await tenant.ClientAsync(), await tenant.HeadoniAsync());
        (await headoni.GetAsync("tickets", server.Here + Host($"{tenant.Slug}.tickets.example.com"))).Ok();
        (await native.SendAsync(HttpMethod.Get, "tickets", null, null, configure: server.Here + Host($"{tenant.Slug}.example.com"))).Ok();
        (await native.SendAsync(HttpMethod.Get, "tickets", null, null, configure: server.Here + Host($"{tenant.Slug}.headoni.example.com"))).Refused(404, "tenant_not_found");
    }

    private static Action<HttpRequestMessage> Host(string host) => request => request.Headers.Host = host;
}
