namespace Helpdesk.Access.Tests;

public sealed class HostTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task The_first_label_names_the_tenant_in_any_letter_case_and_with_any_port()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.GetAsync("queues", Saying.Host($"{tenant.Slug}.localhost"))).Ok();
        (await client.GetAsync("queues", Saying.Host($"{tenant.Slug.ToUpperInvariant()}.LOCALHOST"))).Ok();
        (await client.GetAsync("queues", Saying.Host($"{tenant.Slug}.localhost:8443"))).Ok();
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost:8080")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("[::1]:8080")]
    public async Task A_host_without_a_label_leaves_the_tenant_to_the_key(string host)
    {
        var (mine, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var ticket = await (await mine.ClientAsync()).TicketAsync("Mine");
        var found = (await (await mine.ClientAsync()).GetAsync("tickets", Saying.Host(host))).Ok();
        Assert.Equal(ticket.GetProperty("id").GetInt64(), Assert.Single(found.EnumerateArray()).GetProperty("id").GetInt64());
        Assert.Empty((await (await other.ClientAsync()).GetAsync("tickets", Saying.Host(host))).Ok().EnumerateArray());
        (await new ApiClient(app, mine.Slug, null).GetAsync("tickets", Saying.Host(host))).Refused(401, "invalid_api_key");
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("{slug}.example.com")]
    [InlineData("deep.{slug}.localhost")]
    [InlineData("{slug}.localhost.example.com")]
    [InlineData("{slug}localhost")]
    [InlineData("{slug}.localhost.")]
    [InlineData("-.localhost")]
    [InlineData("nobody-has-this.localhost")]
    public async Task Any_other_host_has_no_tenant(string host)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var reply = await client.GetAsync("queues", Saying.Host(host.Replace("{slug}", tenant.Slug, StringComparison.Ordinal)));
        reply.Refused(404, "tenant_not_found").SaysNothingOfTheInside();
    }

    [Fact]
    public async Task A_key_of_another_tenant_is_unknown_here()
    {
        var (mine, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var reply = await (await other.ClientAsync()).On(mine.Slug).GetAsync("queues");
        reply.Refused(401, "invalid_api_key");
        Assert.Equal("Bearer", reply.Headers["WWW-Authenticate"]);
        Assert.DoesNotContain(other.Slug, reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_tenant_is_not_there()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.GetAsync("queues")).Ok();

        await tenant.SettingAsync("is_disabled = true");

        await Saying.UntilAsync(async () => (await client.GetAsync("queues")).Status != 200);
        (await client.GetAsync("queues")).Refused(404, "tenant_not_found");
        (await client.GetAsync("queues", Saying.Host("localhost"))).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task Further_suffixes_are_a_setting()
    {
        await using var server = await AnotherServer.StartAsync(
            app, ("Helpdesk:Hosts:Suffixes:0", "help.example.com"), ("Helpdesk:Hosts:Suffixes:1", "localhost"));
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        (await client.GetAsync("queues", server.Here + Saying.Host($"{tenant.Slug}.help.example.com"))).Ok();
        (await client.GetAsync("queues", server.Here + Saying.Host($"{tenant.Slug}.localhost"))).Ok();
        (await client.GetAsync("queues", server.Here + Saying.Host($"{tenant.Slug}.example.com"))).Refused(404, "tenant_not_found");
    }

    [Fact]
    public async Task Other_paths_are_no_part_of_the_API_and_need_no_key()
    {
        var client = new ApiClient(app, "nobody-has-this", null);
        Assert.Equal((200, "ok"), await AskAsync("/livez"));
        Assert.Equal((200, "ok"), await AskAsync("/readyz"));
        Assert.Equal((404, ""), await AskAsync("/"));
        Assert.Equal((404, ""), await AskAsync("/api/v2/helpdesk/tickets"));

        async Task<(int, string)> AskAsync(string path) => await client.GetAsync(path) is var reply ? (reply.Status, reply.Text) : default;
    }
}
