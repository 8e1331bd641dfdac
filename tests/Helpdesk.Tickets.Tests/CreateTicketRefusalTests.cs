namespace Helpdesk.Tickets.Tests;

public sealed class CreateTicketRefusalTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Names_all_fields_at_fault()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await Verify(await client.PostAsync("tickets", new
        {
            subject = "",
            body = new string('b', 65_536),
            requester = new { email = "nobody", name = new string('n', 121) },
            requester_id = 5,
            tags = Enumerable.Repeat("tag", 21),
        }));
    }

    [Fact]
    public async Task Refuses_a_queue_that_is_not_there()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        await Verify(await client.PostAsync("tickets", new { subject = "x", body = "y", queue_id = 7 }));
    }

    [Theory]
    [InlineData("queue_id", "queue_not_found")]
    [InlineData("help_topic_id", "help_topic_not_found")]
    [InlineData("assignee_id", "agent_not_found")]
    [InlineData("requester_id", "requester_not_found")]
    public async Task Refuses_ids_of_another_tenant_like_ids_of_nobody(string field, string code)
    {
        var (mine, theirs) = (await app.NewTenantAsync(), await app.NewTenantAsync());
        var queue = await theirs.QueueAsync("theirs");
        var their = await (await theirs.ClientAsync()).TicketAsync();
        var id = field switch
        {
            "queue_id" => queue.Id,
            "help_topic_id" => (await theirs.TopicAsync("theirs")).Id,
            "assignee_id" => (await theirs.AgentAsync("Theirs", queue.Id)).Id,
            _ => their.GetProperty("requester").Id(),
        };
        var client = await mine.ClientAsync();

        foreach (var unknown in (long[])[id, 0, -1, long.MaxValue])
        {
            var body = new Dictionary<string, object> { ["subject"] = "x", ["body"] = "y", [field] = unknown };
            (await client.PostAsync("tickets", body)).Refused(404, code);
        }

        Assert.Equal(0, await client.TotalAsync(""));
    }

    [Fact]
    public async Task Refuses_inactive_queues_topics_and_agents()
    {
        var tenant = await app.NewTenantAsync();
        var (queue, active) = (await tenant.QueueAsync("closed-down"), await tenant.QueueAsync("busy"));
        var topic = await tenant.TopicAsync("old");
        var (gone, elsewhere) = (await tenant.AgentAsync("Gone", active.Id), await tenant.AgentAsync("Elsewhere", queue.Id));
        await app.OwnerSqlAsync("update desk.queue set is_active = false where id = @Id", new { queue.Id });
        await app.OwnerSqlAsync("update desk.help_topic set is_active = false where id = @Id", new { topic.Id });
        await app.OwnerSqlAsync("update desk.agent set is_active = false where id = @Id", new { gone.Id });
        var client = await tenant.ClientAsync();

        (await client.PostAsync("tickets", new { subject = "x", body = "y", queue_id = queue.Id })).RefusedFields("queue_id");
        (await client.PostAsync("tickets", new { subject = "x", body = "y", help_topic_id = topic.Id })).RefusedFields("help_topic_id");
        (await client.PostAsync("tickets", new { subject = "x", body = "y", queue_id = active.Id, assignee_id = gone.Id }))
            .RefusedFields("assignee_id");
        (await client.PostAsync("tickets", new { subject = "x", body = "y", queue_id = active.Id, assignee_id = elsewhere.Id }))
            .RefusedFields("assignee_id");
        (await client.PostAsync("tickets", new { subject = "x", body = "y", assignee_id = elsewhere.Id })).RefusedFields("assignee_id");
    }

    [Theory]
    [InlineData("subject", 255)]
    [InlineData("body", 65_535)]
    [InlineData("body_md", 65_535)]
    public async Task Texts_have_a_longest_length(string field, int most)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var length in (int[])[1, most - 1, most])
            Assert.Equal(201, (await Send(length)).Status);
        foreach (var length in (int[])[0, most + 1])
            (await Send(length)).RefusedFields(field == "subject" ? "subject" : "body");

        Task<ApiReply> Send(int length)
        {
            var body = new Dictionary<string, object> { ["subject"] = "x", [field == "subject" ? "body" : field] = "y" };
            body[field] = new string('ä', length);
            return client.PostAsync("tickets", body);
        }
    }

    [Theory]
    [InlineData(254, 120)]
    [InlineData(253, 119)]
    public async Task Requesters_have_a_longest_address_and_name(int email, int name)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        var given = new { email = new string('e', email - 12) + "@example.com", name = new string('n', name) };
        var requester = (await client.TicketAsync(more: new { requester = given })).GetProperty("requester");
        Assert.Equal(given.email, requester.Text("email"));
        Assert.Equal(given.name, requester.Text("name"));

        (await client.PostAsync("tickets", new { subject = "x", body = "y", requester = given with { email = "e" + new string('e', 254 - 12) + "@example.com" } }))
            .RefusedFields("requester.email");
        (await client.PostAsync("tickets", new { subject = "x", body = "y", requester = given with { name = new string('n', 121) } }))
            .RefusedFields("requester.name");
    }

    [Fact]
    public async Task Carries_at_most_twenty_tags_that_exist()
    {
        var tenant = await app.NewTenantAsync();
        var slugs = Enumerable.Range(1, 21).Select(number => $"tag-{number}").ToArray();
        foreach (var slug in slugs)
            await tenant.TagAsync(slug);
        await (await app.NewTenantAsync()).TagAsync("theirs");
        var client = await tenant.ClientAsync();

        Assert.Equal(slugs[..19], (await client.TicketAsync(more: new { tags = slugs[..19] })).Tags());
        Assert.Equal(slugs[..20], (await client.TicketAsync(more: new { tags = slugs[..20] })).Tags());
        (await client.PostAsync("tickets", new { subject = "x", body = "y", tags = slugs })).RefusedFields("tags");
        (await client.PostAsync("tickets", new { subject = "x", body = "y", tags = new[] { "tag-1", "theirs" } })).RefusedFields("tags");
        (await client.PostAsync("tickets", new { subject = "x", body = "y", tags = new[] { "TAG-1" } })).RefusedFields("tags");
    }

    [Theory]
    [InlineData("""{"body":"y"}""", "subject")]
    [InlineData("""{"subject":"x"}""", "body")]
    [InlineData("""{"subject":null,"body":null}""", "subject,body")]
    [InlineData("""{"subject":" \t\n ","body":"y"}""", "subject")]
    [InlineData("""{"subject":5,"body":"y"}""", "subject")]
    [InlineData("""{"subject":"x","body":["y"]}""", "body")]
    [InlineData("""{"subject":"x","body":"a\u0000b"}""", "body")]
    [InlineData("""{"subject":"\ud800","body":"y"}""", "subject")]
    [InlineData("""{"subject":"x","body":"y","requester":{}}""", "requester.email")]
    [InlineData("""{"subject":"x","body":"y","requester":{"email":"@example.com"}}""", "requester.email")]
    [InlineData("""{"subject":"x","body":"y","requester":{"email":"a@"}}""", "requester.email")]
    [InlineData("""{"subject":"x","body":"y","requester":{"email":"a@b@c"}}""", "requester.email")]
    [InlineData("""{"subject":"x","body":"y","requester":"a@example.com"}""", "requester")]
    [InlineData("""{"subject":"x","body":"y","requester_id":"5"}""", "requester_id")]
    [InlineData("""{"subject":"x","body":"y","requester_id":1.5}""", "requester_id")]
    [InlineData("""{"subject":"x","body":"y","queue_id":"support"}""", "queue_id")]
    [InlineData("""{"subject":"x","body":"y","help_topic_id":true}""", "help_topic_id")]
    [InlineData("""{"subject":"x","body":"y","assignee_id":99999999999999999999}""", "assignee_id")]
    [InlineData("""{"subject":"x","body":"y","priority":"URGENT"}""", "priority")]
    [InlineData("""{"subject":"x","body":"y","priority":1}""", "priority")]
    [InlineData("""{"subject":"x","body":"y","source":"fax"}""", "source")]
    [InlineData("""{"subject":"x","body":"y","tags":"vip"}""", "tags")]
    [InlineData("""{"subject":"x","body":"y","tags":[null]}""", "tags")]
    [InlineData("""{"subject":"x","body":"y","custom_fields":[]}""", "custom_fields")]
    [InlineData("""{"subject":"x","body":"y","custom_fields":{"color":"red"}}""", "custom_fields.color")]
    public async Task Refuses_values_that_are_not_acceptable(string body, string fields)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.PostTextAsync("tickets", body)).RefusedFields(fields.Split(','));
        Assert.Equal(0, await client.TotalAsync(""));
    }

    [Theory]
    [InlineData("""{"subject":"x","body":"y","tags":[5]}""")]
    [InlineData("""{"subject":"x","body":"y","tags":[["x"]]}""")]
    public async Task Refuses_lists_with_entries_of_another_type(string body) =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostTextAsync("tickets", body)).Refused(422, "validation_failed");

    [Theory]
    [InlineData("", 400, "invalid_json")]
    [InlineData("[]", 400, "invalid_json")]
    [InlineData("null", 400, "invalid_json")]
    [InlineData("""{"subject":"x",""", 400, "invalid_json")]
    [InlineData("""{"subject":"x","body":"y"} x""", 400, "invalid_json")]
    [InlineData("""{"\ud800":"x","subject":"x","body":"y"}""", 400, "invalid_json")]
    public async Task Refuses_what_is_no_json_object(string body, int status, string code) =>
        (await (await (await app.NewTenantAsync()).ClientAsync()).PostTextAsync("tickets", body)).Refused(status, code);

    [Fact]
    public async Task Refuses_other_media_types()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.PostTextAsync("tickets", "subject=x&body=y", "application/x-www-form-urlencoded")).Refused(415, "unsupported_media_type");
        (await client.PostTextAsync("tickets", """{"subject":"x","body":"y"}""", "application/json; charset=utf-8")).Created();
    }
}
