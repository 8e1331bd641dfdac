using Helpdesk.Desk;

namespace Helpdesk.Headoni.Tests;

public sealed class ListTicketTypesTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Lists_internal_ones_too_in_the_order_of_the_desk_but_none_out_of_use()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.ApplyAsync(
            new HelpTopicEntry("task", "Task", default, default, default, 30, default, true),
            new HelpTopicEntry("question", "Question", default, default, default, 10, default, default, true),
            new HelpTopicEntry("incident", "Incident", default, default, default, 20, default),
            new HelpTopicEntry("gone", "Gone", default, default, false, 40, default));
        await Verify(await (await tenant.HeadoniAsync()).GetAsync("ticket-types"));
    }

    [Fact]
    public async Task A_new_desk_has_none() =>
        Assert.Equal("""{"ticketTypes":[]}""", (await (await (await app.NewTenantAsync()).HeadoniAsync()).GetAsync("ticket-types")).Expect(200).Text);

    [Fact]
    public async Task The_default_moves_and_there_is_one_at_most()
    {
        var tenant = await app.NewTenantAsync();
        await tenant.TopicAsync("question");
        await tenant.TopicAsync("incident");
        await tenant.DefaultTypeAsync("question");
        await tenant.DefaultTypeAsync("incident");
        var types = (await (await tenant.HeadoniAsync()).GetAsync("ticket-types")).Ok().GetProperty("ticketTypes");
        Assert.Equal("Topic incident", Assert.Single(types.EnumerateArray(), type => type.GetProperty("isDefault").GetBoolean()).Text("name"));
    }

    [Fact]
    public async Task Shows_nothing_of_another_desk()
    {
        await (await app.NewTenantAsync()).TopicAsync("secret");
        var reply = (await (await (await app.NewTenantAsync()).HeadoniAsync()).GetAsync("ticket-types")).Ok();
        Assert.Empty(reply.GetProperty("ticketTypes").EnumerateArray());
    }

    [Fact]
    public async Task Wants_the_scope_to_read() =>
        (await (await (await app.NewTenantAsync()).HeadoniAsync("tickets:create")).GetAsync("ticket-types")).Refused(403, "insufficient_scope");
}
