namespace Helpdesk.Tickets.Tests;

public sealed class TestEnvironmentTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task A_test_key_never_sees_live_tickets_nor_a_live_key_test_tickets()
    {
        var (_, live, test) = await BothAsync();
        var real = await live.TicketAsync("Lamp of a customer", new { requester = new { email = "same@example.com" } });
        var tried = await test.TicketAsync("Lamp of a test", new { requester = new { email = "same@example.com" } });

        foreach (var (client, own, foreign) in ((ApiClient, System.Text.Json.JsonElement, System.Text.Json.JsonElement)[])
            [(live, real, tried), (test, tried, real)])
        {
            foreach (var query in (string[])
                [
                    "", "status=new", "assignee_id=none", "priority=normal", "requester_email=same@example.com", "q=lamp", "source=api",
                    $"queue_id={own.GetProperty("queue").Id()}", $"requester_id={own.GetProperty("requester").Id()}", "created_since=2026-01-01",
                    "sort=id", "sort=updated_at", "sort=-priority", $"q={foreign.Text("reference")}&status=open",
                ])
            {
                var found = await client.ListedAsync(query);
                Assert.DoesNotContain(foreign.Id(), found);
                Assert.Equal(found.Length, await client.TotalAsync(query));
                Assert.Equal(query.EndsWith("status=open") ? [] : [own.Id()], found);
            }

            Assert.Empty(await client.ListedAsync("q=" + foreign.Text("reference")));
            foreach (var name in (string[])[foreign.Text("id"), foreign.Text("reference")])
            {
                (await client.GetAsync($"tickets/{name}")).Refused(404, "ticket_not_found");
                (await client.GetAsync($"tickets/{name}/messages")).Refused(404, "ticket_not_found");
                (await client.PostAsync($"tickets/{name}", new { subject = "x" })).Refused(404, "ticket_not_found");
                (await client.PostAsync($"tickets/{name}/reply", new { body = "x" })).Refused(404, "ticket_not_found");
                (await client.PostAsync($"tickets/{name}/status", new { status = "closed" })).Refused(404, "ticket_not_found");
            }

            Assert.Equal(own.Id(), (await client.ReadAsync(own)).Id());
        }
    }

    [Fact]
    public async Task Both_draw_their_references_from_one_row_of_numbers()
    {
        var (_, live, test) = await BothAsync();
        Assert.Equal("HD-000001", (await live.TicketAsync()).Text("reference"));
        Assert.Equal("HD-000002", (await test.TicketAsync()).Text("reference"));
        Assert.Equal("HD-000003", (await live.TicketAsync()).Text("reference"));
    }

    [Fact]
    public async Task Both_see_the_same_queues_agents_tags_and_topics()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("repairs");
        var agent = await tenant.AgentAsync("Rita", queue.Id);
        var topic = await tenant.TopicAsync("lamps");
        var tag = await tenant.TagAsync("red");
        var more = new { queue_id = queue.Id, assignee_id = agent.Id, help_topic_id = topic.Id, tags = new[] { tag.Slug } };
        foreach (var environment in (string[])["live", "test"])
        {
            var client = await tenant.ClientAsync(key => key with { Environment = environment });
            var ticket = await client.TicketAsync(more: more);
            Assert.Equal((agent.Id, "repairs"), (ticket.Assignee(), ticket.GetProperty("queue").Text("slug")));
            Assert.Equal([ticket.Id()], await client.ListedAsync("tag=red"));
            Assert.Equal([ticket.Id()], await client.ListedAsync($"help_topic_id={topic.Id}"));
            Assert.Equal([ticket.Id()], await client.ListedAsync($"assignee_id={agent.Id}"));
            Assert.Equal(2, (await client.GetAsync("queues")).Ok().GetArrayLength());
            Assert.Equal(1, (await client.GetAsync($"queues/{queue.Id}")).Ok().GetProperty("open_ticket_count").GetInt32());
            Assert.Equal(1, (await client.GetAsync($"agents/{agent.Id}")).Ok().GetProperty("open_ticket_count").GetInt32());
        }
    }

    [Fact]
    public async Task The_fewest_open_tickets_are_counted_in_each_by_itself()
    {
        var tenant = await app.NewTenantAsync();
        var queue = await tenant.QueueAsync("repairs", AssignmentPolicy.FewestOpen);
        var (ann, bob) = (await tenant.AgentAsync("Ann", queue.Id), await tenant.AgentAsync("Bob", queue.Id));
        var (live, test) = (await tenant.ClientAsync(), await tenant.ClientAsync(key => key with { Environment = "test" }));

        Assert.Equal(ann.Id, (await test.TicketAsync(more: new { queue_id = queue.Id })).Assignee());
        Assert.Equal(ann.Id, (await live.TicketAsync(more: new { queue_id = queue.Id })).Assignee());
        Assert.Equal(bob.Id, (await test.TicketAsync(more: new { queue_id = queue.Id })).Assignee());
    }

    [Fact]
    public async Task Events_say_where_they_belong()
    {
        var (_, live, test) = await BothAsync();
        var (real, tried) = (await live.TicketAsync(), await test.TicketAsync());
        Assert.Equal([false], await app.OwnerQueryAsync<bool>("select is_test from log.event where ticket_id = @Id", new { Id = real.Id() }));
        Assert.Equal([true], await app.OwnerQueryAsync<bool>("select is_test from log.event where ticket_id = @Id", new { Id = tried.Id() }));
    }

    private async Task<(TestTenant Tenant, ApiClient Live, ApiClient Test)> BothAsync()
    {
        var tenant = await app.NewTenantAsync();
        return (tenant, await tenant.ClientAsync(), await tenant.ClientAsync(key => key with { Environment = "test" }));
    }
}
