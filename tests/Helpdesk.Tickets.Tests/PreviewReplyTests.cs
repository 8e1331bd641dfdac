using Helpdesk.Host.Operation;

namespace Helpdesk.Tickets.Tests;

public sealed class PreviewReplyTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const string Everything = """
        {{requester.first_name}}|{{requester.name}}|{{requester.email}}|{{ticket.reference}}|{{ticket.subject}}|{{ticket.status}}
        {{ticket.priority}}|{{queue.name}}|{{agent.name}}|{{tenant.name}}|{{unknown}}|{{#if x}}
        """;

    [Fact]
    public async Task Shows_a_template_with_the_values_of_the_ticket()
    {
        var tenant = await app.NewTenantAsync();
        var agent = await tenant.AgentAsync("Ada Okafor");
        var client = await tenant.ClientAsync();
        await client.TicketAsync("Lamp <broken>", new { requester = new { email = "maria@mail.example", name = "Maria Keller" }, priority = "high" });

        var preview = await tenant.SendAsync(new PreviewReply("hd-000001", null, Everything, agent.Id));
        Assert.Equal($$$"""
            Maria|Maria Keller|maria@mail.example|HD-000001|Lamp <broken>|new
            high|Support|Ada Okafor|Tenant {{{tenant.Slug}}}||{{#if x}}
            """, preview.BodyMd);
    }

    [Fact]
    public async Task Shows_what_the_reply_will_say_and_counts_no_use()
    {
        var tenant = await app.NewTenantAsync();
        var canned = await tenant.CannedAsync("hello", Everything);
        var client = await tenant.ClientAsync();
        var ticket = (await client.TicketAsync()).GetProperty("id").GetInt64();

        var preview = await tenant.SendAsync(new PreviewReply($"{ticket}", canned.Id, null, null));
        Assert.Equal(0, (await client.GetAsync($"canned-responses/{canned.Id}")).Ok().GetProperty("use_count").GetInt32());
        var reply = (await client.PostAsync($"tickets/{ticket}/reply", new { canned_response_id = canned.Id })).Created();
        Assert.Equal(reply.GetProperty("body_md").GetString(), preview.BodyMd);
    }

    [Fact]
    public async Task Refuses_what_there_is_not()
    {
        var (tenant, other) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var ticket = $"{(await (await tenant.ClientAsync()).TicketAsync()).GetProperty("id").GetInt64()}";
        var theirs = $"{(await (await other.ClientAsync()).TicketAsync()).GetProperty("id").GetInt64()}";
        var (canned, agent) = (await other.CannedAsync("hello", "Hello"), await other.AgentAsync("Ben"));

        await RefusedAsync(new PreviewReply("HD-000009", null, "x", null), "No such ticket.");
        await RefusedAsync(new PreviewReply(theirs, null, "x", null), "No such ticket.");
        await RefusedAsync(new PreviewReply(ticket, canned.Id, null, null), "No such canned response.");
        await RefusedAsync(new PreviewReply(ticket, null, "x", agent.Id), "No such agent.");
        await RefusedAsync(new PreviewReply(ticket, null, null, null), "template is required.");
        await RefusedAsync(new PreviewReply(ticket, 1, "x", null), "template cannot be combined with canned_response_id.");
        await RefusedAsync(new PreviewReply(ticket, null, new string('x', 65_536), null), "template must have at most 65535 characters.");

        async Task RefusedAsync(PreviewReply request, string message) =>
            Assert.Equal(message, (await Assert.ThrowsAsync<OperatorException>(() => tenant.SendAsync(request))).Message);
    }
}
