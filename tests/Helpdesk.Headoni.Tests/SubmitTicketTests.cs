using System.Text.Json;

namespace Helpdesk.Headoni.Tests;

public sealed class SubmitTicketTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Creates_a_ticket_from_the_least()
    {
        var tenant = await app.NewTenantAsync();
        var reply = await (await tenant.HeadoniAsync()).PostAsync("tickets", new { email = "Maria@Mail.example", subject = " Lamp ", body = "Dark." });
        Assert.Equal("maria@mail.example", reply.Created().GetProperty("requester").GetProperty("email").GetString());
        await Verify(reply);
    }

    [Fact]
    public async Task Numbers_run_from_one_and_ids_are_texts_that_grow()
    {
        var client = await (await app.NewTenantAsync()).HeadoniAsync();
        var (first, second) = (await client.TicketAsync(), await client.TicketAsync());
        Assert.Equal((1, 2), (first.GetProperty("number").GetInt32(), second.GetProperty("number").GetInt32()));
        Assert.True(long.Parse(first.Text("id")) < long.Parse(second.Text("id")));
    }

    [Fact]
    public async Task Takes_everything_that_is_said()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        var (queue, topic) = (await tenant.QueueAsync("billing"), await tenant.TopicAsync("refund"));
        var made = await client.TicketAsync("Money back", more: new
        {
            name = "  Maria \n Keller ",
            priority = "urgent",
            departmentId = $"{queue.Id}",
            ticketTypeId = $"{topic.Id}",
        });
        var ticket = (await client.GetAsync($"tickets/{made.Text("id")}")).Ok().GetProperty("ticket");
        Assert.Equal("urgent", ticket.Text("priority"));
        Assert.Equal("Maria  Keller", ticket.GetProperty("requester").Text("name"));
        Assert.Equal(($"{queue.Id}", "Queue billing"), (ticket.GetProperty("department").Text("id"), ticket.GetProperty("department").Text("name")));
        Assert.Equal(($"{topic.Id}", "Topic refund"), (ticket.GetProperty("ticketType").Text("id"), ticket.GetProperty("ticketType").Text("name")));
        Assert.Equal(["end_user: It was fine yesterday."], ticket.Messages());
    }

    [Fact]
    public async Task The_requester_is_added_once_and_keeps_the_name()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        await client.TicketAsync(email: "maria.keller@mail.example");
        var second = await client.TicketAsync(email: "MARIA.Keller@mail.example", more: new { name = "Somebody Else" });
        var shown = (await client.GetAsync($"tickets/{second.Text("number")}")).Ok().GetProperty("ticket").GetProperty("requester");
        Assert.Equal(("maria.keller@mail.example", "maria.keller"), (shown.Text("email"), shown.Text("name")));
        Assert.Equal(1, Assert.Single(await app.OwnerQueryAsync<long>(
            "select count(*) from tickets.requester where tenant_id = @Id and email = 'maria.keller@mail.example'", new { tenant.Id })));
    }

    [Fact]
    public async Task Says_what_the_default_is_where_the_client_says_nothing()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        var billing = await tenant.QueueAsync("billing");
        var topic = await tenant.TopicAsync("refund", billing.Id, (int)Tickets.Priority.Urgent, new Desk.Contracts.CustomField("order", "Order", Desk.Contracts.CustomFieldType.Text, true, null));
        var bare = (await client.GetAsync($"tickets/{(await client.TicketAsync()).Text("id")}")).Ok().GetProperty("ticket");
        Assert.Equal(JsonValueKind.Null, bare.GetProperty("ticketType").ValueKind);

        await tenant.DefaultTypeAsync("refund");

        var made = await client.TicketAsync();
        var ticket = (await client.GetAsync($"tickets/{made.Text("id")}")).Ok().GetProperty("ticket");
        Assert.Equal(("normal", "Support"), (ticket.Text("priority"), ticket.GetProperty("department").Text("name")));
        Assert.Equal($"{topic.Id}", ticket.GetProperty("ticketType").Text("id"));
    }

    [Fact]
    public async Task A_new_ticket_is_new_to_the_team_and_open_to_the_requester()
    {
        var tenant = await app.NewTenantAsync();
        var made = await (await tenant.HeadoniAsync()).TicketAsync();
        Assert.Equal("new", (await (await tenant.ClientAsync()).GetAsync($"tickets/{made.Text("id")}")).Ok().Text("status"));
        var status = (await (await tenant.HeadoniAsync()).GetAsync($"tickets/{made.Text("id")}")).Ok().GetProperty("ticket").GetProperty("status");
        Assert.Equal(("New", "open"), (status.Text("label"), status.Text("internalType")));
    }

    [Fact]
    public async Task The_event_names_the_token_that_it_came_in_by()
    {
        var tenant = await app.NewTenantAsync();
        await (await tenant.HeadoniAsync(key => key with { Label = "Contact form" })).TicketAsync();
        Assert.StartsWith("ticket.created by Contact form:", Assert.Single(await tenant.EventsAsync("ticket")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_long_subjects_and_addresses_and_any_text()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        var (subject, email) = (new string('s', 500), new string('a', 255 - "@mail.example".Length) + "@mail.example");
        var body = string.Concat(Enumerable.Repeat("ä漢😀\n\"<&\t", 50_000 / 9));
        var made = await client.TicketAsync(subject, email, new { body, name = new string('n', 120) });
        var ticket = (await client.GetAsync($"tickets/{made.Text("id")}")).Ok().GetProperty("ticket");
        Assert.Equal((subject, email), (ticket.Text("subject"), ticket.GetProperty("requester").Text("email")));
        Assert.Equal(body, ticket.GetProperty("messages")[0].Text("bodyMd"));
        // The native API has shorter ones, and takes this one back as it is.
        var native = await tenant.ClientAsync();
        var path = $"tickets/{made.Text("id")}";
        Assert.Equal(subject, (await native.GetAsync(path)).Ok().Text("subject"));
        Assert.Equal(subject, (await native.PostAsync(path, new { subject, priority = "high" })).Ok().Text("subject"));
        (await native.PostAsync(path, new { subject = subject[..256] })).Expect(422);
        Assert.Equal(subject[..255], (await native.PostAsync(path, new { subject = subject[..255] })).Ok().Text("subject"));
    }

    [Fact]
    public async Task Passes_over_members_that_it_does_not_know() =>
        await (await (await app.NewTenantAsync()).HeadoniAsync()).TicketAsync(more: new { unknown = new { deep = 1 } });
}
