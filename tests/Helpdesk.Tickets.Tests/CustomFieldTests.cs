using System.Text.Json;

namespace Helpdesk.Tickets.Tests;

public sealed class CustomFieldTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly CustomField[] OneOfEach =
    [
        new("text", "Text", CustomFieldType.Text, false, null),
        new("number", "Number", CustomFieldType.Number, false, null),
        new("url", "Address", CustomFieldType.Url, false, null),
        new("email", "Mail", CustomFieldType.Email, false, null),
        new("date", "Day", CustomFieldType.Date, false, null),
        new("select", "Choice", CustomFieldType.Select, false, ["red", "green"]),
    ];

    [Theory]
    [InlineData("text", "\"any text, also ünïcode\"")]
    [InlineData("text", "\"1\"")]
    [InlineData("number", "12")]
    [InlineData("number", "-0.5")]
    [InlineData("number", "12345678901234567890")]
    [InlineData("url", "\"https://example.com/a?b=c#d\"")]
    [InlineData("url", "\"http://example.com\"")]
    [InlineData("email", "\"a@example.com\"")]
    [InlineData("date", "\"2028-02-29\"")]
    [InlineData("select", "\"green\"")]
    public async Task Keeps_values_that_fit_their_type(string key, string value)
    {
        var (client, topic) = await TopicAsync(OneOfEach);
        var ticket = await client.TicketAsync(more: new { help_topic_id = topic, custom_fields = Field(key, value) });

        foreach (var seen in (JsonElement[])[ticket, await client.ReadAsync(ticket)])
            Assert.Equal($$"""{"{{key}}":{{value}}}""", JsonSerializer.Serialize(seen.GetProperty("custom_fields"), Plain));
    }

    [Theory]
    [InlineData("text", "1")]
    [InlineData("text", "\"\"")]
    [InlineData("text", "[\"x\"]")]
    [InlineData("number", "\"1\"")]
    [InlineData("number", "true")]
    [InlineData("number", "1e400")]
    [InlineData("url", "\"example.com\"")]
    [InlineData("url", "\"javascript:alert(1)\"")]
    [InlineData("url", "\"ftp://example.com\"")]
    [InlineData("email", "\"nobody\"")]
    [InlineData("date", "\"2027-02-29\"")]
    [InlineData("date", "\"29.02.2028\"")]
    [InlineData("date", "\"2028-02-29T10:00:00Z\"")]
    [InlineData("select", "\"blue\"")]
    [InlineData("select", "\"Red\"")]
    [InlineData("select", "{}")]
    [InlineData("unknown", "\"x\"")]
    public async Task Refuses_values_that_do_not_fit_their_type(string key, string value)
    {
        var (client, topic) = await TopicAsync(OneOfEach);
        var body = $$$"""{"subject":"x","body":"y","help_topic_id":{{{topic}}},"custom_fields":{"{{{key}}}":{{{value}}} } }""";
        (await client.PostTextAsync("tickets", body)).RefusedFields($"custom_fields.{key}");

        var ticket = await client.TicketAsync(more: new { help_topic_id = topic });
        (await client.PostTextAsync($"tickets/{ticket.Id()}", $$$"""{"custom_fields":{"{{{key}}}":{{{value}}} } }"""))
            .RefusedFields($"custom_fields.{key}");
    }

    [Theory]
    [InlineData("""{"\ud800":"x"}""")]
    [InlineData("""{"text":"\ud800"}""")]
    [InlineData("""{"text":"\udc00\ud800"}""")]
    [InlineData("""{"text":"a\u0000b"}""")]
    public async Task Refuses_text_that_the_database_cannot_keep(string fields)
    {
        var (client, topic) = await TopicAsync(OneOfEach);
        (await client.PostTextAsync("tickets", $$"""{"subject":"x","body":"y","help_topic_id":{{topic}},"custom_fields":{{fields}} }"""))
            .RefusedFields("custom_fields");
    }

    [Fact]
    public async Task A_text_has_at_most_2000_characters()
    {
        var (client, topic) = await TopicAsync(OneOfEach);
        foreach (var length in (int[])[1, 1999, 2000])
            await client.TicketAsync(more: new { help_topic_id = topic, custom_fields = new { text = new string('x', length) } });
        (await client.PostAsync("tickets", new { subject = "x", body = "y", help_topic_id = topic, custom_fields = new { text = new string('x', 2001) } }))
            .RefusedFields("custom_fields.text");
    }

    [Fact]
    public async Task Wants_the_required_fields_of_the_topic()
    {
        var (client, topic) = await TopicAsync(
            new("serial", "Serial", CustomFieldType.Text, true, null), new("note", "Note", CustomFieldType.Text, false, null));

        await Verify(await client.PostAsync("tickets", new { subject = "x", body = "y", help_topic_id = topic, custom_fields = new { note = 5 } }));
        (await client.PostAsync("tickets", new { subject = "x", body = "y", help_topic_id = topic })).RefusedFields("custom_fields.serial");
        (await client.PostTextAsync(
            "tickets", $$$"""{"subject":"x","body":"y","help_topic_id":{{{topic}}},"custom_fields":{"serial":null}}""")).RefusedFields("custom_fields.serial");

        var ticket = await client.TicketAsync(more: new { help_topic_id = topic, custom_fields = new { serial = "1" } });
        (await client.UpdateAsync(ticket, new { custom_fields = new { serial = (string?)null } })).RefusedFields("custom_fields.serial");
    }

    [Fact]
    public async Task An_update_merges_by_key_and_null_removes()
    {
        var (client, topic) = await TopicAsync(OneOfEach);
        var ticket = await client.TicketAsync(more: new { help_topic_id = topic, custom_fields = new { text = "a", number = 1, select = "red" } });

        var updated = (await client.UpdateAsync(ticket, new { custom_fields = new { number = 2, select = (string?)null, date = "2026-01-31" } })).Ok();
        Assert.Equal("""{"date":"2026-01-31","number":2,"text":"a"}""", Sorted(updated));
        Assert.Equal("""{"date":"2026-01-31","number":2,"text":"a"}""", Sorted(await client.ReadAsync(ticket)));

        var changed = Assert.Single(await app.EventsAsync(ticket), line => line.StartsWith("ticket.updated custom_fields: "));
        Assert.Contains("green", changed.Replace("red", "green"));
    }

    [Fact]
    public async Task Fields_that_stay_as_they_are_are_no_change()
    {
        var (client, topic) = await TopicAsync(OneOfEach);
        var ticket = await client.TicketAsync(more: new { help_topic_id = topic, custom_fields = new { text = "a", number = 1.50 } });

        (await client.UpdateAsync(ticket, new { priority = "high" })).Ok();
        (await client.UpdateAsync(ticket, new { priority = "high", custom_fields = new { text = "a" } })).Ok();
        (await client.UpdateAsync(ticket, new { custom_fields = new { number = 1.5 } })).Ok();
        (await client.UpdateAsync(ticket, new { custom_fields = new { } })).Ok();

        Assert.Equal(["ticket.created", "ticket.updated priority: normal > high"], await app.EventsAsync(ticket));
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Dictionary<string, JsonElement> Field(string key, string value) => new() { [key] = JsonDocument.Parse(value).RootElement };

    private static string Sorted(JsonElement ticket) => JsonSerializer.Serialize(
        new SortedDictionary<string, JsonElement>(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(ticket.GetProperty("custom_fields"))!));

    private async Task<(ApiClient Client, long Topic)> TopicAsync(params CustomField[] fields)
    {
        var tenant = await app.NewTenantAsync();
        var topic = await tenant.TopicAsync("lamps", null, null, fields);
        return (await tenant.ClientAsync(), topic.Id);
    }
}
