using System.Text.RegularExpressions;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Requests;
using Microsoft.AspNetCore.Routing;

namespace Helpdesk.Headoni.Tests;

/// <summary>Walks all routes of the dialect, so that a new one is walked by itself.</summary>
public sealed class IsolationTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Submission = """{"email":"a@b.c","subject":"Changed by a stranger","body":"x"}""";

    [Fact]
    public async Task Ids_and_numbers_of_another_desk_are_not_there()
    {
        var theirs = await app.NewTenantAsync();
        for (var i = 0; i < 3; i++)
            await (await theirs.HeadoniAsync()).TicketAsync("A confidential matter");
        var ids = (await (await theirs.HeadoniAsync()).GetAsync("tickets")).Ok().GetProperty("tickets");
        var stranger = await (await app.NewTenantAsync()).HeadoniAsync();
        foreach (var endpoint in Routes().Where(route => route.RoutePattern.Parameters.Count > 0))
        {
            foreach (var id in ids.Ids().Append("3"))
            {
                var reply = await SendAsync(stranger, endpoint, id);
                Assert.True(reply.Status == 404, $"{endpoint.DisplayName} answered {reply.Status} to {id} of another desk");
                Assert.DoesNotContain("confidential", reply.Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Lists_hold_nothing_of_another_desk()
    {
        var theirs = await app.NewTenantAsync();
        var (queue, topic) = (await theirs.QueueAsync("vault"), await theirs.TopicAsync("vault"));
        var ticket = await (await theirs.HeadoniAsync()).TicketAsync("A confidential matter", "vera@mail.example");
        var status = (await (await theirs.HeadoniAsync()).GetAsync("tickets")).Ok().GetProperty("tickets")[0].GetProperty("status").Text("id");
        var stranger = await (await app.NewTenantAsync()).HeadoniAsync();
        foreach (var endpoint in Routes().Where(route => route.RoutePattern.Parameters.Count == 0 && Method(route) == HttpMethod.Get))
        {
            foreach (var query in new[] { "", $"?status={status}", "?requesterEmail=vera@mail.example" })
            {
                var text = (await stranger.GetAsync(endpoint.RoutePattern.RawText + query)).Expect(200).Text;
                foreach (var secret in new[] { $"{queue.Id}", $"{topic.Id}", ticket.Text("id"), status, "confidential", "vault" })
                    Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_token_opens_nothing_on_another_desk()
    {
        var (mine, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var stranger = (await other.HeadoniAsync()).On(mine.Slug);
        foreach (var endpoint in Routes())
            (await SendAsync(stranger, endpoint, "1")).Refused(403, "token_desk_mismatch");
        Assert.Equal(0, await mine.TicketCountAsync());
    }

    [Fact]
    public async Task Every_route_takes_exactly_its_own_scope()
    {
        var tenant = await app.NewTenantAsync();
        var routes = Routes().ToList();
        Assert.Equal(5, routes.Count);
        foreach (var endpoint in routes)
        {
            var (wanted, other) = Method(endpoint) == HttpMethod.Get ? ("tickets:read", "tickets:create") : ("tickets:create", "tickets:read");
            Assert.Equal($"requires \"{wanted}\"", (await SendAsync(await tenant.HeadoniAsync(other), endpoint, "1")).Refused(403, "insufficient_scope").Json.Text("detail"));
            Assert.Contains((await SendAsync(await tenant.HeadoniAsync(wanted), endpoint, "99")).Status, new[] { 200, 201, 404 });
        }
    }

    [Fact]
    public void No_scope_lets_a_token_run_the_installation() =>
        Assert.False(HeadoniDialect.Instance.Scopes.Granted(HeadoniDialect.Instance.Scopes.All).Has(Permission.Operate));

    private IEnumerable<RouteEndpoint> Routes() =>
        app.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<SliceEndpoint>()?.Dialect == HeadoniDialect.Instance);

    private static HttpMethod Method(RouteEndpoint endpoint) => new(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]);

    private static Task<HeadoniReply> SendAsync(HeadoniClient client, RouteEndpoint endpoint, string id)
    {
        var path = Regex.Replace(endpoint.RoutePattern.RawText!, @"\{\w+\}", id);
        return client.SendAsync(Method(endpoint), path, Method(endpoint) == HttpMethod.Get ? null : Submission);
    }
}
