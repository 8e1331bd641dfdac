namespace Helpdesk.Desk.Tests;

public sealed class GetAgentTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Shows_one_agent()
    {
        var tenant = await app.NewTenantAsync();
        var agent = await tenant.AgentAsync("Ada Okafor");
        await Verify(await (await tenant.ClientAsync()).GetAsync($"agents/{agent.Id}"));
    }

    [Fact]
    public async Task Does_not_find_another_tenants_agent()
    {
        var theirs = await (await app.NewTenantAsync()).AgentAsync("Ada Okafor");
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync($"agents/{theirs.Id}")).Refused(404, "agent_not_found");
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_write() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write")).GetAsync("agents/1")).Refused(403, "insufficient_scope");
}
