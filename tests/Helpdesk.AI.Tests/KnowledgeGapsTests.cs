using System.Text.Json;

namespace Helpdesk.AI.Tests;

public sealed class KnowledgeGapsTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    [Fact]
    public async Task Ids_and_counts_come_from_the_clusters_and_words_from_the_model()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var client = await tenant.ClientAsync();
        var (password, invoice) = (new List<long>(), new List<long>());
        foreach (var text in new[] { "the link for a new password has expired", "my password link is expired again", "password: link expired, what now" })
            password.Add((await client.TicketAsync("Password link expired", new { body = text })).Id());
        foreach (var text in new[] { "please send the invoice for my order once more", "I need the invoice for my order" })
            invoice.Add((await client.TicketAsync("Invoice for my order", new { body = text })).Id());
        await client.TicketAsync("Giraffe", new { body = "Something that nobody else ever mentioned." });
        key.Always(ModelReply.Tool(new
        {
            gaps = new object[]
            {
                new { cluster = "c2", topic = "Invoices", question = "Where is my invoice?", suggested_title = "Getting an invoice again", ticket_ids = new[] { 1, 2, 3 }, ticket_count = 99 },
                new { cluster = "c1", topic = "Passwords", question = "Why has the link expired?", suggested_title = "When the link has expired" },
                new { cluster = "c1", topic = "Again", question = "Again?", suggested_title = "Again" },
            },
        }));

        var gaps = (await client.GetAsync("ai/knowledge-gaps?days=7")).Answered().GetProperty("data").GetProperty("gaps").EnumerateArray().ToArray();

        Assert.Equal(["Passwords", "Invoices"], gaps.Select(gap => gap.GetProperty("topic").GetString()));
        Assert.Equal([3, 2], gaps.Select(gap => gap.GetProperty("ticket_count").GetInt32()));
        Assert.Equal(password.AsEnumerable().Reverse(), Ids(gaps[0]));
        Assert.Equal(invoice.AsEnumerable().Reverse(), Ids(gaps[1]));
        var clusters = key.Asked.Last().Of("cluster");
        Assert.Equal(["c1", "c2"], clusters.Select(cluster => cluster.GetProperty("key").GetString()));
        Assert.Equal(5, key.Asked.Last().Of("example").Length);
        Assert.DoesNotContain("Giraffe", key.Asked.Last().Text, StringComparison.Ordinal);
        Assert.Single(await tenant.CallsAsync());
    }

    [Fact]
    public async Task A_cluster_that_there_is_not_is_no_answer()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var client = await tenant.ClientAsync();
        await client.TicketAsync();
        await client.TicketAsync();
        key.Always(ModelReply.Tool(new { gaps = new[] { new { cluster = "c2", topic = "x", question = "x", suggested_title = "x" } } }));
        (await client.GetAsync("ai/knowledge-gaps")).Declined("malformed_json");
        key.Always(ModelReply.Tool(new { gaps = new[] { new { cluster = (string?)null, topic = "x", question = "x", suggested_title = "x" } } }));
        (await client.GetAsync("ai/knowledge-gaps")).Declined("malformed_json");
    }

    [Fact]
    public async Task Where_nothing_is_asked_twice_nothing_is_paid()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var client = await tenant.ClientAsync();
        await client.TicketAsync("Alpha beta", new { body = "gamma delta" });
        await client.TicketAsync("Epsilon zeta", new { body = "eta theta" });
        var answer = (await client.GetAsync("ai/knowledge-gaps")).Answered();
        Assert.Equal(0, answer.GetProperty("data").GetProperty("gaps").GetArrayLength());
        Assert.Equal("""{"prompt_tokens":0,"completion_tokens":0,"model":"claude-haiku-4-5-20251001"}""", answer.GetProperty("usage").GetRawText());
        Assert.Empty(key.Asked);
        Assert.Empty(await tenant.CallsAsync());
    }

    [Fact]
    public async Task Only_tickets_of_the_days_the_environment_and_the_tenant_count()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(new { gaps = Array.Empty<object>() }));
        var client = await tenant.ClientAsync();
        var test = await tenant.ClientAsync(minted => minted with { Environment = "test" });
        var other = await (await app.NewTenantAsync()).ClientAsync();
        foreach (var one in new[] { client, test, other })
            await one.TicketAsync();
        (await client.GetAsync("ai/knowledge-gaps")).Answered();
        Assert.Empty(key.Asked);
        // A second one, forty days ago: ids carry their time.
        await app.OwnerSqlAsync("""
            insert into tickets.ticket (tenant_id, id, number, is_test, subject, status_id, priority, source, queue_id, requester_id, tag_ids, custom_fields, message_count, public_message_count, created_at, updated_at)
            select tenant_id, id - (40::bigint * 86400000) * 4096, number + 500, is_test, subject, status_id, priority, source, queue_id, requester_id, tag_ids, custom_fields, 1, 1, created_at - interval '40 days', updated_at
            from tickets.ticket where tenant_id = @Id and not is_test;
            insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_id, author_name, body_md, is_internal, created_at)
            select m.tenant_id, m.id - (40::bigint * 86400000) * 4096, m.ticket_id - (40::bigint * 86400000) * 4096, m.kind, m.author_kind, m.author_id, m.author_name, m.body_md, m.is_internal, m.created_at
            from tickets.message m join tickets.ticket t on t.tenant_id = m.tenant_id and t.id = m.ticket_id where m.tenant_id = @Id and not t.is_test
            """, new { tenant.Id });
        (await client.GetAsync("ai/knowledge-gaps")).Answered();
        Assert.Empty(key.Asked);
        (await client.GetAsync("ai/knowledge-gaps?days=60")).Answered();
        Assert.Equal(2, key.Asked.Single().Of("example").Length);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("366")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("1.5")]
    public async Task Days_have_their_limits(string days)
    {
        var (tenant, _) = await app.AskingTenantAsync();
        Assert.NotEmpty((await (await tenant.ClientAsync()).GetAsync($"ai/knowledge-gaps?days={days}")).Refused(422, "validation_failed").Field("days"));
        (await (await (await app.NewTenantAsync()).ClientAsync()).GetAsync($"ai/knowledge-gaps?days={days}")).Declined("gate_blocked", "no_key");
    }

    [Fact]
    public async Task Thousands_of_tickets_take_seconds()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Does(asked => ModelReply.Tool(new { gaps = asked.Of("cluster").Select(cluster => new { cluster = cluster.GetProperty("key").GetString(), topic = "t", question = "q", suggested_title = "s" }) }));
        var client = await tenant.ClientAsync();
        await client.TicketAsync();
        // The full size is HELPDESK_GAPS_TICKETS=50000.
        var count = int.Parse(Environment.GetEnvironmentVariable("HELPDESK_GAPS_TICKETS") ?? "4000");
        await app.OwnerSqlAsync("""
            insert into tickets.ticket (tenant_id, id, number, is_test, subject, status_id, priority, source, queue_id, requester_id, tag_ids, custom_fields, message_count, public_message_count, created_at, updated_at)
            select tenant_id, id + n * 4096, number + n, is_test, 'Ticket', status_id, priority, source, queue_id, requester_id, tag_ids, custom_fields, 1, 1, created_at, updated_at
            from tickets.ticket cross join generate_series(1, @count) n where tenant_id = @Id;
            insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_id, author_name, body_md, is_internal, created_at)
            select m.tenant_id, m.id + n * 4096, m.ticket_id + n * 4096, 0, 1, null, 'Somebody',
                case when n % 20 = 0 then 'how do I reset the password of my account' when n % 50 = 1 then 'where can I download the invoice of last month'
                else (select string_agg('w' || abs(hashint4(n * 31 + i)) % 20000, ' ') from generate_series(1, 25) i) end, false, m.created_at
            from tickets.message m cross join generate_series(1, @count) n where m.tenant_id = @Id;
            analyze tickets.ticket, tickets.message
            """, new { tenant.Id, count });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var gaps = (await client.GetAsync("ai/knowledge-gaps")).Answered().GetProperty("data").GetProperty("gaps");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
        Assert.Equal(count / 20, gaps[0].GetProperty("ticket_count").GetInt32());
        Assert.Equal((count + 49) / 50, gaps[1].GetProperty("ticket_count").GetInt32());
        Assert.Equal(Math.Min(100, count / 20), gaps[0].GetProperty("ticket_ids").GetArrayLength());
        Assert.True(key.Asked.Single().Text.Length < 40_000);
    }

    private static IEnumerable<long> Ids(JsonElement gap) => gap.GetProperty("ticket_ids").EnumerateArray().Select(id => id.GetInt64());
}
