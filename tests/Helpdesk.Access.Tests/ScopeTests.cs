using System.Text.RegularExpressions;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.SharedKernel.Requests;
using Microsoft.AspNetCore.Routing;

namespace Helpdesk.Access.Tests;

public sealed class ScopeTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Every_route_takes_exactly_its_own_scope()
    {
        var tenant = await app.NewTenantAsync();
        foreach (var endpoint in app.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<SliceEndpoint>()?.Dialect == NativeDialect.Instance))
        {
            var wanted = Expected(endpoint);
            var without = await tenant.ClientAsync([.. Scopes.All.Except([wanted])]);
            var reply = await SendAsync(without, endpoint);
            Assert.True(reply.Status == 403, $"{endpoint.DisplayName} answered {reply.Status} to a key without {wanted}");
            reply.Refused(403, "insufficient_scope").SaysNothingOfTheInside();
            var error = reply.Json.GetProperty("error");
            Assert.Equal(wanted, error.GetProperty("required_scope").GetString());
            Assert.Equal(wanted, error.GetProperty("extra").GetProperty("required_scope").GetString());

            var with = await SendAsync(await tenant.ClientAsync(wanted), endpoint);
            Assert.True(with.Status is not (401 or 403 or >= 500), $"{endpoint.DisplayName} answered {with.Status} to a key with {wanted}");
        }

        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task Scopes_do_not_imply_each_other()
    {
        var tenant = await app.NewTenantAsync();
        (await (await tenant.ClientAsync("helpdesk:admin")).GetAsync("tickets")).Refused(403, "insufficient_scope");
        (await (await tenant.ClientAsync("helpdesk:write")).GetAsync("tickets")).Refused(403, "insufficient_scope");
        (await (await tenant.ClientAsync("helpdesk:admin")).PostAsync("tags", new { name = "x" })).Refused(403, "insufficient_scope");
    }

    [Theory]
    [InlineData("moderation:read")]
    [InlineData("helpdesk:*")]
    [InlineData("HELPDESK:READ")]
    [InlineData("")]
    public async Task No_key_is_made_with_a_scope_that_does_not_exist(string scope)
    {
        var tenant = await app.NewTenantAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => tenant.MintAsync(key => key with { Scopes = ["helpdesk:read", scope] }));
        Assert.Empty(await tenant.SendAsync(new ListKeys()));
    }

    [Fact]
    public void No_scope_lets_a_key_run_the_installation() =>
        Assert.False(Scopes.Granted(Scopes.All).Has(Permission.Operate));

    /// <summary>The documented rule: reading wants read, changing wants write; preferences, audit and two AI hooks want admin.</summary>
    private static string Expected(RouteEndpoint endpoint)
    {
        var (path, isGet) = (endpoint.RoutePattern.RawText!, Method(endpoint) == HttpMethod.Get);
        if (path.StartsWith("/api/v1/webhooks", StringComparison.Ordinal))
            return isGet ? "webhooks:read" : "webhooks:manage";
        if (path.StartsWith("/api/v1/events", StringComparison.Ordinal))
            return "events:read";
        if (path.Contains("/helpdesk/audit", StringComparison.Ordinal) || Regex.IsMatch(path, "/ai/(knowledge-gaps|audit-qa)$")
            || (path.EndsWith("/notification-prefs", StringComparison.Ordinal) && !isGet))
        {
            return "helpdesk:admin";
        }

        return isGet || Regex.IsMatch(path, "/ai/(summary|sentiment|resolution-predict)$") ? "helpdesk:read" : "helpdesk:write";
    }

    private static HttpMethod Method(RouteEndpoint endpoint) => new(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]);

    private static Task<ApiReply> SendAsync(ApiClient client, RouteEndpoint endpoint)
    {
        var path = Regex.Replace(endpoint.RoutePattern.RawText!, @"\{\w+\}", "1");
        return client.SendAsync(Method(endpoint), path, Method(endpoint) == HttpMethod.Get ? null : "{}", null);
    }
}
