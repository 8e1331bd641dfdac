using System.Text.Json;

namespace Helpdesk.AI.Tests;

/// <summary>What each hook about a ticket takes for an answer, and what the model is told of the ticket.</summary>
public sealed class TicketHookTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    public static TheoryData<string, string> Useless => new()
    {
        { "reply-suggest", """{"suggestions":["One.","Two."]}""" },
        { "reply-suggest", """{"suggestions":["One.","  one. ","Two."]}""" },
        { "reply-suggest", """{"suggestions":["One.","Two.",""]}""" },
        { "reply-suggest", """{"suggestions":["One.","Two.",3]}""" },
        { "reply-suggest", """{"suggestions":"One. Two. Three."}""" },
        { "summary", """{"problem":"a","tried":"b","done":"c"}""" },
        { "summary", """{"problem":"a","tried":"b","done":"c","next_step":" "}""" },
        { "categorize", """{"help_topic":"no-such-topic","queue":null,"confidence":1,"reasoning":"x"}""" },
        { "categorize", """{"help_topic":null,"queue":"retired","confidence":1,"reasoning":"x"}""" },
        { "categorize", """{"queue":null,"confidence":1,"reasoning":"x"}""" },
        { "categorize", """{"help_topic":null,"queue":190517204557824,"confidence":1,"reasoning":"x"}""" },
        { "categorize", """{"help_topic":null,"queue":null,"confidence":1.01,"reasoning":"x"}""" },
        { "categorize", """{"help_topic":null,"queue":null,"confidence":"high","reasoning":"x"}""" },
        { "sentiment", """{"overall":"FRUSTRATED","confidence":0.5,"signals":[]}""" },
        { "sentiment", """{"overall":"neutral","confidence":-0.1,"signals":[]}""" },
        { "sentiment", """{"overall":"neutral","confidence":0.5}""" },
        { "resolution-predict", """{"eta_hours":-1,"risk":"low","next_action":"x","blockers":[]}""" },
        { "resolution-predict", """{"eta_hours":1e9,"risk":"low","next_action":"x","blockers":[]}""" },
        { "resolution-predict", """{"eta_hours":1,"risk":"none","next_action":"x","blockers":[]}""" },
    };

    [Theory, MemberData(nameof(Useless))]
    public async Task An_answer_that_does_not_fit_is_none(string hook, string input)
    {
        var (tenant, key) = await app.AskingTenantAsync();
        await tenant.QueueAsync("retired");
        await app.OwnerSqlAsync("update desk.queue set is_active = false where tenant_id = @Id and slug = 'retired'; select pg_notify('helpdesk', 'desk:' || @Id)", new { tenant.Id });
        key.Always(ModelReply.Tool(JsonDocument.Parse(input).RootElement));
        var client = await tenant.ClientAsync();
        (await client.AskOfAsync(hook, (await client.TicketAsync()).Id())).Declined("malformed_json");
        Assert.Equal(2, key.Asked.Count);
    }

    [Fact]
    public async Task Three_drafts_of_four_are_enough()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(new { suggestions = new[] { "One.", "ONE.", "Two.", "Three.", "Four." } }));
        var client = await tenant.ClientAsync();
        var answer = (await client.AskOfAsync("reply-suggest", (await client.TicketAsync()).Id())).Answered();
        Assert.Equal(["One.", "Two.", "Three."], answer.GetProperty("suggestions").EnumerateArray().Select(draft => draft.GetString()));
    }

    [Fact]
    public async Task Categories_are_chosen_among_those_that_there_are()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        var billing = await tenant.QueueAsync("billing");
        var invoice = await tenant.TopicAsync("invoice", billing.Id);
        await (await app.NewTenantAsync()).QueueAsync("foreign");
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        key.Always(ModelReply.Tool(new { help_topic = "invoice", queue = "billing", confidence = 0.75, reasoning = "It asks for an invoice." }));
        await UntilHeardAsync(client, billing.Id);

        var data = (await client.AskOfAsync("categorize", ticket.Id())).Answered().GetProperty("data");

        Assert.Equal((invoice.Id, billing.Id, 0.75), (data.GetProperty("help_topic_id").GetInt64(), data.GetProperty("queue_id").GetInt64(), data.GetProperty("confidence").GetDouble()));
        var schema = key.Asked.Last().Json.GetProperty("tools")[0].GetProperty("input_schema").GetProperty("properties");
        Assert.Equal("""["invoice",null]""", schema.GetProperty("help_topic").GetProperty("enum").GetRawText());
        Assert.Equal("""["billing","support",null]""", Sorted(schema.GetProperty("queue").GetProperty("enum")));
        Assert.Equal("""{"type":"tool","name":"answer","disable_parallel_tool_use":true}""", Compact(key.Asked.Last().Json.GetProperty("tool_choice")));
        // A suggestion and no more.
        Assert.NotEqual("billing", (await client.GetAsync($"tickets/{ticket.Id()}")).Ok().GetProperty("queue").GetProperty("slug").GetString());
    }

    [Fact]
    public async Task Without_a_word_of_the_requester_there_is_no_sentiment()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good["sentiment"]));
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync();
        await app.OwnerSqlAsync("update tickets.message set body_md = '   ' where tenant_id = @Id", new { tenant.Id });
        (await client.PostAsync($"tickets/{ticket.Id()}/reply", new { body = "We are on it." })).Created();
        (await client.AskOfAsync("sentiment", ticket.Id())).Declined("no_requester_text");
        (await client.AskOfAsync("sentiment", 1)).Declined("ticket_not_found");
        Assert.Empty(key.Asked);
        (await client.PostAsync($"tickets/{ticket.Id()}/reply", new { body = "Still dark!", @as = "requester" })).Created();
        (await client.AskOfAsync("sentiment", ticket.Id())).Answered();
        var message = Assert.Single(key.Asked.Last().Of("message"));
        Assert.Equal("Still dark!", message.GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_model_is_told_who_wrote_what()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good["summary"]));
        var client = await tenant.ClientAsync();
        var agent = await tenant.AgentAsync("Ada");
        var ticket = await client.TicketAsync("Lamp", new { body = "It is dark.", requester = new { email = "maria@mail.example", name = "Maria" } });
        await UntilAgentHeardAsync(client, agent.Id);
        (await client.PostAsync($"tickets/{ticket.Id()}/reply", new { body = "Which lamp?", agent_id = agent.Id })).Created();
        (await client.PostAsync($"tickets/{ticket.Id()}/reply", new { body = "She has called twice.", @internal = true })).Created();
        (await client.AskOfAsync("summary", ticket.Id())).Answered();
        var asked = key.Asked.Last();
        Assert.Equal(
            ["requester Maria: It is dark.", "support Ada: Which lamp?", "internal_note test key: She has called twice."],
            asked.Of("message").Select(one => $"{one.GetProperty("from")} {one.GetProperty("name")}: {one.GetProperty("text")}"));
        var about = asked.Of("ticket")[0];
        Assert.Equal(("Lamp", "open", "normal", ticket.GetProperty("reference").GetString()), (about.GetProperty("subject").GetString(), about.GetProperty("status").GetString(), about.GetProperty("priority").GetString(), about.GetProperty("reference").GetString()));
        Assert.Equal((900, "claude-haiku-4-5-20251001"), (asked.Json.GetProperty("max_tokens").GetInt32(), asked.Model));
        Assert.Empty(asked.Of("left_out"));
    }

    [Fact]
    public async Task A_long_thread_loses_its_middle()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good["summary"]));
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync("Long", new { body = "The very first message." });
        await app.OwnerSqlAsync("""
            insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_id, author_name, body_md, is_internal, created_at)
            select m.tenant_id, m.id + n * 4096, m.ticket_id, 0, case when n % 2 = 0 then 1 else 0 end, null, 'Somebody', 'Number ' || n || ' ' || repeat('word ', 200), false, m.created_at
            from tickets.message m cross join generate_series(1, 1000) n where m.tenant_id = @Id
            """, new { tenant.Id });
        (await client.AskOfAsync("summary", ticket.Id())).Answered();
        var asked = key.Asked.Last();
        var texts = asked.Of("message").Select(message => message.GetProperty("text").GetString()!.TrimEnd()).ToArray();
        Assert.Equal(("The very first message.", true), (texts[0], texts[^1].StartsWith("Number 1000 ", StringComparison.Ordinal)));
        Assert.Equal(1_001, texts.Length + Assert.Single(asked.Of("left_out")).GetProperty("messages").GetInt32());
        Assert.InRange(texts.Length, 20, 120);
        Assert.True(texts.Sum(text => text.Length) < 3 * TicketFacts.ThreadBudget);
        // In their order, with the mark where the gap is.
        var numbers = texts.Skip(1).Select(text => int.Parse(text.Split(' ')[1])).ToArray();
        Assert.Equal(numbers.Order(), numbers);
        var lines = asked.Data.Split('\n').ToList();
        var mark = lines.FindIndex(line => line.Contains("left_out", StringComparison.Ordinal));
        var before = int.Parse(JsonDocument.Parse(lines[mark - 1]).RootElement.GetProperty("message").GetProperty("text").GetString()!.Split(' ')[1]);
        var after = int.Parse(JsonDocument.Parse(lines[mark + 1]).RootElement.GetProperty("message").GetProperty("text").GetString()!.Split(' ')[1]);
        Assert.True(after - before > 800);
    }

    [Fact]
    public async Task A_message_without_end_loses_its_middle_too()
    {
        var (tenant, key) = await app.AskingTenantAsync();
        key.Always(ModelReply.Tool(Asking.Good["summary"]));
        var client = await tenant.ClientAsync();
        var ticket = await client.TicketAsync("Long", new { body = "BEGIN " + new string('漢', 65_000) });
        (await client.AskOfAsync("summary", ticket.Id())).Answered();
        var text = Assert.Single(key.Asked.Last().Of("message")).GetProperty("text").GetString()!;
        Assert.StartsWith("BEGIN 漢", text, StringComparison.Ordinal);
        Assert.Contains("characters left out …]", text, StringComparison.Ordinal);
        Assert.InRange(Tokens.Of(text), 2_900, 3_100);
    }

    private static async Task UntilHeardAsync(ApiClient client, long queueId)
    {
        while ((await client.GetAsync($"queues/{queueId}")).Status != 200)
            await Task.Delay(20);
        while ((await client.GetAsync("help-topics")).Ok().GetArrayLength() == 0)
            await Task.Delay(20);
    }

    private static async Task UntilAgentHeardAsync(ApiClient client, long agentId)
    {
        while ((await client.GetAsync($"agents/{agentId}")).Status != 200)
            await Task.Delay(20);
    }

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!
        .OrderByDescending(member => member.Key).ToDictionary());

    private static string Sorted(JsonElement list) => "[" + string.Join(',', list.EnumerateArray().Select(one => one.GetRawText()).Order(StringComparer.Ordinal)) + "]";
}
