namespace Helpdesk.Desk.Tests;

public sealed class GetQueueTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Shows_one_queue()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("billing");
        await tenant.AgentAsync("Ada Okafor", queue.Id);
        await Verify(await (await tenant.ClientAsync()).GetAsync($"queues/{queue.Id}"));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("billing")]
    [InlineData("99999999999999999999")]
    public async Task Says_that_there_is_none(string id) =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync("queues/" + id)).Refused(404, "queue_not_found");

    [Fact]
    public async Task Does_not_find_another_tenants_queue()
    {
        var theirs = await (await app.NewTenantAsync()).QueueAsync("billing");
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync($"queues/{theirs.Id}")).Refused(404, "queue_not_found");
    }
}
