namespace Helpdesk.__Module__.Tests;

public sealed class __Slice__Tests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Says_that_there_is_none() =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync("__route__/1", new { name = "x" })).Refused(404, "__noun___not_found");

    [Fact]
    public async Task Refuses_an_empty_name() =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostAsync("__route__/1", new { name = "" })).Refused(422, "validation_failed");
}
