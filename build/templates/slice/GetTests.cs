namespace Helpdesk.__Module__.Tests;

public sealed class __Slice__Tests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Shows_one()
    {
        var tenant = await app.NewTenantAsync();
        var id = await tenant.Add__Noun__Async("First");
        Assert.Equal("First", (await (await tenant.ClientAsync()).GetAsync($"__route__/{id}")).Ok().GetProperty("name").GetString());
    }

    [Fact]
    public async Task Does_not_find_the_one_of_another_tenant()
    {
        var theirs = await (await app.NewTenantAsync()).Add__Noun__Async("Theirs");
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync($"__route__/{theirs}")).Refused(404, "__noun___not_found");
    }

    [Fact]
    public async Task Refuses_a_key_that_may_only_write() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:write")).GetAsync("__route__/1"))
            .Refused(403, "insufficient_scope");
}
