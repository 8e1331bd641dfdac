using Helpdesk.Desk;

namespace Helpdesk.Headoni.Tests;

public sealed class SubmitTicketRefusalTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Names_every_value_at_fault()
    {
        var tenant = await app.NewTenantAsync();
        var reply = await (await tenant.HeadoniAsync()).PostAsync("tickets", new
        {
            email = "nobody",
            name = new string('n', 121),
            subject = " \n ",
            body = 7,
            priority = "soon",
            departmentId = 12,
            ticketTypeId = "x1",
        });
        await Verify(reply.Refused(400, "invalid_body"));
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Theory]
    [InlineData("", "invalid_type")]
    [InlineData("{", "invalid_type")]
    [InlineData("[]", "invalid_type")]
    [InlineData("null", "invalid_type")]
    [InlineData("{\"\\ud800\":1}", "invalid_type")]
    [InlineData("{}", "invalid_type email|invalid_type subject|invalid_type body")]
    [InlineData("""{"email":null,"subject":null,"body":null}""", "invalid_type email|invalid_type subject|invalid_type body")]
    [InlineData("""{"email":"","subject":"","body":""}""", "invalid_string email|too_small subject|too_small body")]
    [InlineData("""{"email":"a@b.c","subject":"a\u0000b","body":"\ud800"}""", "invalid_string subject|invalid_string body")]
    [InlineData("""{"email":"a b@c.d","subject":"s","body":"b"}""", "invalid_string email")]
    [InlineData("""{"email":"a@b@c.d","subject":"s","body":"b"}""", "invalid_string email")]
    [InlineData("""{"email":"a@b.c","subject":"s","body":" \n "}""", "too_small body")]
    [InlineData("""{"email":"a@b.c","subject":"s","body":"b","priority":"HIGH"}""", "invalid_enum_value priority")]
    [InlineData("""{"email":"a@b.c","subject":"s","body":"b","priority":3}""", "invalid_type priority")]
    [InlineData("""{"email":"a@b.c","subject":"s","body":"b","departmentId":""}""", "invalid_string departmentId")]
    [InlineData("""{"email":"a@b.c","subject":"s","body":"b","departmentId":"-1"}""", "invalid_string departmentId")]
    [InlineData("""{"email":"a@b.c","subject":"s","body":"b","ticketTypeId":"１"}""", "invalid_string ticketTypeId")]
    public async Task Says_what_is_wrong_with_a_body(string body, string issues)
    {
        var tenant = await app.NewTenantAsync();
        var reply = (await (await tenant.HeadoniAsync()).SendAsync(HttpMethod.Post, "tickets", body)).Refused(400, "invalid_body");
        Assert.Equal(issues.Split('|'), reply.Issues);
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Theory]
    [InlineData("email", 256)]
    [InlineData("subject", 501)]
    [InlineData("body", 50_001)]
    [InlineData("name", 121)]
    public async Task Refuses_what_is_one_character_too_long(string member, int length)
    {
        var values = new Dictionary<string, string> { ["email"] = "a@b.c", ["subject"] = "s", ["body"] = "b", ["name"] = "n" };
        values[member] = values[member] + new string('x', length - values[member].Length);
        var client = await (await app.NewTenantAsync()).HeadoniAsync();
        Assert.Equal([$"too_big {member}"], (await client.PostAsync("tickets", values)).Refused(400, "invalid_body").Issues);
        values[member] = values[member][..^1];
        (await client.PostAsync("tickets", values)).Created();
    }

    [Fact]
    public async Task Departments_must_be_there_and_in_use()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        var queue = await tenant.QueueAsync("billing");
        await tenant.ApplyAsync(new QueueEntry("billing", default, default, default, default, default, default, false));
        await client.TicketAsync(more: new { departmentId = $"{queue.Id}" });

        await tenant.ApplyAsync(new QueueEntry("billing", default, default, default, false, default, default));

        foreach (var id in new[] { $"{queue.Id}", "1", "99999999999999999999999" })
            (await PostAsync(client, new { email = "a@b.c", subject = "s", body = "b", departmentId = id })).Refused(400, "department_not_found");
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task Types_must_be_there_and_in_use()
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        var topic = await tenant.TopicAsync("task");
        await tenant.ApplyAsync(new HelpTopicEntry("task", default, default, default, default, default, default, true));
        await client.TicketAsync(more: new { ticketTypeId = $"{topic.Id}" });

        await tenant.ApplyAsync(new HelpTopicEntry("task", default, default, default, false, default, default));

        foreach (var id in new[] { $"{topic.Id}", "1", "99999999999999999999999" })
            (await PostAsync(client, new { email = "a@b.c", subject = "s", body = "b", ticketTypeId = id })).Refused(400, "ticket_type_not_found");
        Assert.Equal(1, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task Does_not_find_the_department_or_type_of_another_desk()
    {
        var other = await app.NewTenantAsync();
        var (queue, topic) = (await other.QueueAsync("billing"), await other.TopicAsync("refund"));
        var tenant = await app.NewTenantAsync();
        var client = await tenant.HeadoniAsync();
        (await PostAsync(client, new { email = "a@b.c", subject = "s", body = "b", departmentId = $"{queue.Id}" })).Refused(400, "department_not_found");
        (await PostAsync(client, new { email = "a@b.c", subject = "s", body = "b", ticketTypeId = $"{topic.Id}" })).Refused(400, "ticket_type_not_found");
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Fact]
    public async Task Refuses_a_body_over_a_mebibyte()
    {
        var tenant = await app.NewTenantAsync();
        var reply = await (await tenant.HeadoniAsync()).PostAsync("tickets", new { email = "a@b.c", subject = "s", body = new string('x', 1024 * 1024) });
        reply.Refused(413, "payload_too_large");
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    private static Task<HeadoniReply> PostAsync(HeadoniClient client, object body) => client.PostAsync("tickets", body);
}
