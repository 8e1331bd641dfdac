namespace Helpdesk.Access.Tests;

public sealed class PlanTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task The_smallest_plan_is_without_the_API()
    {
        var client = await (await app.NewTenantAsync("starter")).ClientAsync();
        await Verify(await client.GetAsync("tickets"));
    }

    [Theory]
    [InlineData("pro")]
    [InlineData("creator-plus")]
    [InlineData("sovereign")]
    public async Task Every_other_plan_has_it(string plan) =>
        (await (await (await app.NewTenantAsync(plan)).ClientAsync()).GetAsync("tickets")).Ok();

    [Fact]
    public async Task The_plan_also_holds_where_only_the_key_tells_the_tenant()
    {
        var client = await (await app.NewTenantAsync("starter")).ClientAsync();
        (await client.GetAsync("tickets", Saying.Host("localhost"))).Refused(403, "plan_gated");
        (await new ApiClient(app, "any", null).GetAsync("tickets", Saying.Host("localhost"))).Refused(401, "invalid_api_key");
    }

    [Fact]
    public async Task Every_route_is_gated_and_nothing_is_written()
    {
        var tenant = await app.NewTenantAsync("starter");
        var client = await tenant.ClientAsync();
        (await client.PostAsync("tickets", new { subject = "a", body = "b" })).Refused(403, "plan_gated").SaysNothingOfTheInside();
        (await client.PostAsync("tags", new { name = "a" })).Refused(403, "plan_gated");
        (await client.GetAsync("no-such-route")).Refused(403, "plan_gated");
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task There_is_no_other_plan()
    {
        var tenant = await app.NewTenantAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => tenant.SetPlanAsync("enterprise"));
        (await (await tenant.ClientAsync()).GetAsync("tickets")).Ok();
    }
}
