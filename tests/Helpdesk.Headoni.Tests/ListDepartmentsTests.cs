using Helpdesk.Desk;

namespace Helpdesk.Headoni.Tests;

public sealed class ListDepartmentsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_private_ones_too_in_the_order_of_the_desk_but_none_out_of_use()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.QueueAsync("billing", sortOrder: 5);
        await tenant.QueueAsync("legal", sortOrder: 50);
        await tenant.QueueAsync("gone");
        await tenant.ApplyAsync(
            new QueueEntry("legal", default, default, default, default, default, default, false),
            new QueueEntry("gone", default, default, default, false, default, default));
        await Verify(await (await tenant.HeadoniAsync()).GetAsync("departments"));
    }

    [Fact]
    public async Task Shows_nothing_of_another_desk()
    {
        await (await app.NewTenantAsync()).QueueAsync("secret");
        var reply = (await (await (await app.NewTenantAsync()).HeadoniAsync()).GetAsync("departments?limit=1")).Ok();
        Assert.Equal("Support", Assert.Single(reply.GetProperty("departments").EnumerateArray()).Text("name"));
    }

    [Fact]
    public async Task Wants_the_scope_to_read() =>
        (await (await (await app.NewTenantAsync()).HeadoniAsync("tickets:create")).GetAsync("departments")).Refused(403, "insufficient_scope");
}
