using System.Text.RegularExpressions;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Http.Native;
using Microsoft.AspNetCore.Routing;

namespace Helpdesk.Access.Tests;

/// <summary>
/// Walks all routes with the ids of another tenant. A new route is walked by itself; where it takes an id of a sort that is not known
/// here, the test fails until somebody adds it to <see cref="IdsAsync"/>.
/// </summary>
public sealed class IsolationTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    /// <summary>Says something acceptable to every route; members that a route does not know are ignored.</summary>
    private static readonly object Anything = new
    {
        subject = "Changed by a stranger",
        body = "x",
        status = "closed",
        name = "x",
        title = "x",
        slug = "changed-by-a-stranger",
        body_md = "x",
        url = "https://hooks.example.com/x",
        since = "2026-01-01T00:00:00Z",
        color = "#000000",
    };

    [Fact]
    public async Task Ids_of_another_tenant_are_not_there()
    {
        var ids = await IdsAsync(await app.NewTenantAsync());
        var before = await EverythingAsync(ids.Tenant);
        var stranger = await (await app.NewTenantAsync()).ClientAsync(SharedKernel.Http.Native.Scopes.All.ToArray());
        var walked = 0;
        foreach (var endpoint in Routes().Where(route => route.RoutePattern.Parameters.Count > 0))
        {
            foreach (var id in ids.For(endpoint))
            {
                var reply = await SendAsync(stranger, endpoint, id);
                Assert.True(reply.Status == 404, $"{endpoint.DisplayName} answered {reply.Status} to the id of another tenant: {reply.Text}");
                Assert.EndsWith("_not_found", reply.ErrorCode, StringComparison.Ordinal);
                Assert.DoesNotContain(ids.Tenant.Slug, reply.Text, StringComparison.Ordinal);
                walked++;
            }
        }

        Assert.True(walked >= 10, $"Only {walked} calls were made.");
        Assert.Equal(before, await EverythingAsync(ids.Tenant));
    }

    [Fact]
    public async Task The_same_ids_are_there_for_their_own_tenant()
    {
        var ids = await IdsAsync(await app.NewTenantAsync());
        var owner = await ids.Tenant.ClientAsync(SharedKernel.Http.Native.Scopes.All.ToArray());
        foreach (var endpoint in Routes().Where(route => route.RoutePattern.Parameters.Count > 0 && Method(route) == HttpMethod.Get))
            (await SendAsync(owner, endpoint, ids.For(endpoint)[0])).Expect(200);
    }

    [Fact]
    public async Task Lists_hold_nothing_of_another_tenant()
    {
        var ids = await IdsAsync(await app.NewTenantAsync());
        var stranger = await (await app.NewTenantAsync()).ClientAsync(SharedKernel.Http.Native.Scopes.All.ToArray());
        foreach (var endpoint in Routes().Where(route => route.RoutePattern.Parameters.Count == 0 && Method(route) == HttpMethod.Get))
        {
            var reply = await SendAsync(stranger, endpoint, "");
            Assert.True(reply.Status < 500, $"{endpoint.DisplayName} answered {reply.Status}");
            foreach (var id in ids.All)
                Assert.DoesNotContain(id, reply.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(ids.Tenant.Slug, reply.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Filters_by_ids_of_another_tenant_find_nothing()
    {
        var ids = await IdsAsync(await app.NewTenantAsync());
        var stranger = await (await app.NewTenantAsync()).ClientAsync();
        await stranger.TicketAsync();
        foreach (var filter in new[]
        {
            $"queue_id={ids["queues"]}", $"help_topic_id={ids["help-topics"]}", $"assignee_id={ids["agents"]}", $"requester_id={ids["requesters"]}",
            "tag=secret", $"requester_email={Uri.EscapeDataString(ids["email"])}", "q=confidential", "q=whisper", $"q={ids["tickets"]}",
        })
        {
            var reply = await stranger.GetAsync("tickets?" + filter);
            Assert.Empty(reply.Ok().EnumerateArray());
            Assert.Equal(0, reply.Json.GetProperty("total_count").GetInt32());
        }

        Assert.Empty((await stranger.GetAsync($"agents?queue_id={ids["queues"]}")).Ok().EnumerateArray());
    }

    [Fact]
    public async Task Ids_of_another_tenant_cannot_be_written_into_one_s_own()
    {
        var ids = await IdsAsync(await app.NewTenantAsync());
        var tenant = await app.NewTenantAsync();
        var stranger = await tenant.ClientAsync();
        await stranger.TicketAsync();
        foreach (var (path, member, id) in new[]
        {
            ("tickets", "queue_id", ids["queues"]), ("tickets", "help_topic_id", ids["help-topics"]), ("tickets", "assignee_id", ids["agents"]),
            ("tickets", "requester_id", ids["requesters"]), ("tickets/HD-000001", "queue_id", ids["queues"]),
            ("tickets/HD-000001", "help_topic_id", ids["help-topics"]), ("tickets/HD-000001", "assignee_id", ids["agents"]),
            ("tickets/HD-000001/reply", "agent_id", ids["agents"]), ("tickets/HD-000001/reply", "canned_response_id", ids["canned-responses"]),
            ("canned-responses", "queue_id", ids["queues"]),
        })
        {
            var body = $$"""{"subject":"x","body":"x","body_md":"x","title":"x","slug":"x","{{member}}":{{id}}}""";
            var reply = await stranger.PostTextAsync(path, body);
            Assert.True(reply.Status == 404, $"{path} took {member} of another tenant: {reply.Status} {reply.Text}");
        }

        (await stranger.PostAsync("tickets", new { subject = "x", body = "x", tags = new[] { "secret" } })).Refused(422, "validation_failed");
        (await stranger.PostAsync("tickets/HD-000001", new { add_tags = new[] { "secret" } })).Refused(422, "validation_failed");
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task A_key_of_another_tenant_opens_no_route()
    {
        var ids = await IdsAsync(await app.NewTenantAsync());
        var stranger = (await (await app.NewTenantAsync()).ClientAsync(SharedKernel.Http.Native.Scopes.All.ToArray())).On(ids.Tenant.Slug);
        foreach (var endpoint in Routes())
        {
            var reply = await SendAsync(stranger, endpoint, endpoint.RoutePattern.Parameters.Count > 0 ? ids.For(endpoint)[0] : "");
            Assert.True(reply.Status == 401, $"{endpoint.DisplayName} answered {reply.Status} to a key of another tenant");
            reply.Refused(401, "invalid_api_key");
        }
    }

    private IEnumerable<RouteEndpoint> Routes() => app.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<SliceEndpoint>()?.Dialect == NativeDialect.Instance);

    private static HttpMethod Method(RouteEndpoint endpoint) => new(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]);

    private static Task<ApiReply> SendAsync(ApiClient client, RouteEndpoint endpoint, string id)
    {
        var path = Regex.Replace(endpoint.RoutePattern.RawText!, @"\{\w+\}", id);
        return Method(endpoint) == HttpMethod.Get ? client.GetAsync(path) : client.PostAsync(path, Anything);
    }

    /// <summary>All that the tenant has, but for what requests leave behind in any case.</summary>
    private static async Task<string> EverythingAsync(TestTenant tenant) => string.Join("\n", await tenant.App.OwnerQueryAsync<string>("""
        select t::text from tickets.ticket t where tenant_id = @Id union all select m::text from tickets.message m where tenant_id = @Id
        union all select r::text from canned.response r where tenant_id = @Id union all select t::text from tags.tag t where tenant_id = @Id
        union all select q::text from desk.queue q where tenant_id = @Id union all select a::text from desk.agent a where tenant_id = @Id
        union all select e::text from log.event e where tenant_id = @Id union all select w::text from webhooks.endpoint w where tenant_id = @Id
        union all select d.id::text from webhooks.delivery d where tenant_id = @Id order by 1
        """, new { tenant.Id }));

    private static async Task<Ids> IdsAsync(TestTenant tenant)
    {
        var queue = await tenant.QueueAsync("vault");
        var agent = await tenant.AgentAsync("Vera", queue.Id);
        var topic = await tenant.TopicAsync("vault", queue.Id);
        var tag = await tenant.TagAsync("secret");
        var canned = await tenant.CannedAsync("secret", "A confidential text.");
        var client = await tenant.ClientAsync();
        // Tickets that a stranger does not have by the same number.
        for (var i = 0; i < 2; i++)
            await client.TicketAsync("Filler");
        var email = $"vera@{tenant.Slug}.example";
        var ticket = await client.TicketAsync("A confidential matter", new
        {
            body = "A whisper.",
            requester = new { email },
            queue_id = queue.Id,
            help_topic_id = topic.Id,
            assignee_id = agent.Id,
            tags = new[] { "secret" },
        });
        var hooks = await tenant.ClientAsync("webhooks:manage");
        var webhook = (await hooks.PostAsync("/api/v1/webhooks", new { url = "https://hooks.example.com/vault", subscribed_events = new[] { "ticket.sla_breached" } }))
            .Created().GetProperty("id");
        var delivery = (await hooks.PostAsync($"/api/v1/webhooks/{webhook}/test")).Expect(202).Data.GetProperty("delivery_id");
        // A name that nobody has: the attempt fails, and nothing more happens for a minute.
        while ((await tenant.App.OwnerQueryAsync<int>("select consecutive_failures from webhooks.endpoint where tenant_id = @Id", new { tenant.Id }))[0] == 0)
            await Task.Delay(20);
        return new Ids(tenant, new()
        {
            ["queues"] = [$"{queue.Id}"],
            ["agents"] = [$"{agent.Id}"],
            ["help-topics"] = [$"{topic.Id}"],
            ["tags"] = [$"{tag.Id}"],
            ["canned-responses"] = [$"{canned.Id}"],
            ["tickets"] = [$"{ticket.GetProperty("id")}", ticket.GetProperty("reference").GetString()!],
            ["requesters"] = [$"{ticket.GetProperty("requester").GetProperty("id")}"],
            ["email"] = [email],
            ["webhooks"] = [$"{webhook}"],
            ["deliveries"] = [$"{delivery}"],
        });
    }

    private sealed record Ids(TestTenant Tenant, Dictionary<string, string[]> Known)
    {
        public string this[string sort] => Known[sort][0];

        /// <summary>Long numbers only: a reference such as HD-000003 may well be another tenant's too.</summary>
        public IEnumerable<string> All => Known.Values.SelectMany(ids => ids).Where(id => id.Length > 12);

        /// <summary>The ids of the sort that stands before the route's parameter.</summary>
        public string[] For(RouteEndpoint endpoint)
        {
            var sort = Regex.Match(endpoint.RoutePattern.RawText!, @"([a-z-]+)/\{\w+\}").Groups[1].Value;
            Assert.True(
                endpoint.RoutePattern.Parameters.Count == 1 && Known.ContainsKey(sort),
                $"{endpoint.RoutePattern.RawText} takes an id of a sort that this test does not know; make one in {nameof(IdsAsync)}.");
            return Known[sort];
        }
    }
}
