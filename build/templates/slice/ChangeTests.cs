namespace Helpdesk.__Module__.Tests;

public sealed class __Slice__Tests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Changes_it_and_tells_of_it()
    {
        var tenant = await app.NewTenantAsync();
        var id = await tenant.Add__Noun__Async("Before");
        var client = await tenant.ClientAsync();
        Assert.Equal("Before", (await client.PostAsync($"__route__/{id}", new { })).Ok().GetProperty("name").GetString());
        Assert.Equal("After", (await client.PostAsync($"__route__/{id}", new { name = "After" })).Ok().GetProperty("name").GetString());
        Assert.Equal(["__noun__.updated"], await app.OwnerQueryAsync<string>(
            "select event_key from log.event where tenant_id = @Tenant and subject_id = @id", new { Tenant = tenant.Id, id }));
    }

    [Fact]
    public async Task Does_not_find_the_one_of_another_tenant()
    {
        var theirs = await (await app.NewTenantAsync()).Add__Noun__Async("Theirs");
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync($"__route__/{theirs}", new { name = "x" }))
            .Refused(404, "__noun___not_found");
    }

    [Fact]
    public async Task Refuses_an_empty_name() =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync("__route__/1", new { name = "" }))
            .Refused(422, "validation_failed");

    [Fact]
    public async Task Refuses_a_key_that_may_only_read() =>
        (await (await (await app.NewTenantAsync()).ClientAsync("helpdesk:read")).PostAsync("__route__/1", new { name = "x" }))
            .Refused(403, "insufficient_scope");
}
