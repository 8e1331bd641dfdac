namespace Helpdesk.__Module__.Tests;

public sealed class __Slice__Tests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Says_that_there_is_none() =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("__route__/1")).Refused(404, "__noun___not_found");

    [Fact]
    public async Task Refuses_a_key_that_may_only_write() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write")).GetAsync("__route__/1")).Refused(403, "insufficient_scope");
}
