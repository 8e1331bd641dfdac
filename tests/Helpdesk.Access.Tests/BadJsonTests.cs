using System.Text;

namespace Helpdesk.Access.Tests;

/// <summary>Bodies that are no JSON object, and members of a wrong type: each has its answer, and none leaves a ticket behind.</summary>
public sealed class BadJsonTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly Dictionary<string, byte[]> Broken = new()
    {
        ["nothing"] = [],
        ["white space"] = " \r\n\t "u8.ToArray(),
        ["an array"] = """[{"subject":"a","body":"b"}]"""u8.ToArray(),
        ["a number"] = "5"u8.ToArray(),
        ["a string"] = "\"a\""u8.ToArray(),
        ["null"] = "null"u8.ToArray(),
        ["cut short"] = """{"subject":"a","body":"b"""u8.ToArray(),
        ["a member without value"] = """{"subject":"a","body":}"""u8.ToArray(),
        ["more behind it"] = """{"subject":"a","body":"b"} x"""u8.ToArray(),
        ["two objects"] = """{"subject":"a","body":"b"}{"subject":"a","body":"b"}"""u8.ToArray(),
        ["a trailing comma"] = """{"subject":"a","body":"b",}"""u8.ToArray(),
        ["comments"] = """{"subject":"a",/* here */"body":"b"}"""u8.ToArray(),
        ["NaN"] = """{"subject":"a","body":"b","queue_id":NaN}"""u8.ToArray(),
        ["Infinity"] = """{"subject":"a","body":"b","queue_id":-Infinity}"""u8.ToArray(),
        ["single quotes"] = "{'subject':'a','body':'b'}"u8.ToArray(),
        ["bare names"] = "{subject:\"a\",body:\"b\"}"u8.ToArray(),
        ["hexadecimal"] = """{"subject":"a","body":"b","queue_id":0x10}"""u8.ToArray(),
        ["leading zeros"] = """{"subject":"a","body":"b","queue_id":007}"""u8.ToArray(),
        ["a raw line break in a string"] = "{\"subject\":\"a\nb\",\"body\":\"b\"}"u8.ToArray(),
        ["an unknown escape"] = """{"subject":"\x41","body":"b"}"""u8.ToArray(),
        ["thirty-three levels"] = Encoding.UTF8.GetBytes($$"""{"subject":"a","body":"b","x":{{new string('[', 32)}}{{new string(']', 32)}}}"""),
        ["ten thousand levels"] = Encoding.UTF8.GetBytes($$"""{"subject":"a","body":"b","x":{{new string('[', 10_000)}}"""),
        ["a byte order mark"] = [0xEF, 0xBB, 0xBF, .. """{"subject":"a","body":"b"}"""u8],
        ["UTF-16"] = Encoding.Unicode.GetBytes("""{"subject":"a","body":"b"}"""),
        ["UTF-16 with its mark"] = [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("""{"subject":"a","body":"b"}""")],
        ["UTF-32"] = Encoding.UTF32.GetBytes("""{"subject":"a","body":"b"}"""),
        ["Latin-1"] = Encoding.Latin1.GetBytes("""{"subject":"déjà","body":"b"}"""),
        ["an overlong slash"] = [.. "{\"subject\":\""u8, 0xC0, 0xAF, .. "\",\"body\":\"b\"}"u8],
        ["a raw half of a surrogate pair"] = [.. "{\"subject\":\""u8, 0xED, 0xA0, 0x80, .. "\",\"body\":\"b\"}"u8],
        ["beyond Unicode"] = [.. "{\"subject\":\""u8, 0xF4, 0x90, 0x80, 0x80, .. "\",\"body\":\"b\"}"u8],
        ["a raw NUL"] = [.. "{\"subject\":\"a"u8, 0x00, .. "\",\"body\":\"b\"}"u8],
        ["gzip"] = [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3, 0xAB, 0xAE, 5, 0],
        ["half a pair in the name of a member"] = """{"subject":"a","body":"b","\ud800":1}"""u8.ToArray(),
    };

    public static TheoryData<string> Names => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_no_JSON_object_is_refused(string name)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var reply = await client.SendAsync(HttpMethod.Post, "tickets", null, null, configure: request =>
        {
            request.Content = new ByteArrayContent(Broken[name]);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        });
        reply.Refused(400, "invalid_json").SaysNothingOfTheInside();
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Theory]
    [InlineData("subject", "5")]
    [InlineData("subject", "null")]
    [InlineData("subject", "[]")]
    [InlineData("subject", "{}")]
    [InlineData("subject", "true")]
    [InlineData("subject", "\"\\ud800\"")]
    [InlineData("subject", "\"\\udc00\\ud800\"")]
    [InlineData("subject", "\"a\\u0000b\"")]
    [InlineData("body", "\"\\ud83d\"")]
    [InlineData("body", "\"\\u0000\"")]
    [InlineData("requester", "\"ada@example.com\"")]
    [InlineData("requester", "[]")]
    [InlineData("requester.email", "5")]
    [InlineData("requester.email", "\"\\u0000@example.com\"")]
    [InlineData("requester.name", "\"\\ud800\"")]
    [InlineData("requester_id", "\"1\"")]
    [InlineData("requester_id", "1.5")]
    [InlineData("requester_id", "1e400")]
    [InlineData("queue_id", "9223372036854775808")]
    [InlineData("queue_id", "99999999999999999999999999999999999999999999999999999999")]
    [InlineData("queue_id", "true")]
    [InlineData("priority", "3")]
    [InlineData("priority", "\"urgentest\"")]
    [InlineData("priority", "\"URGENT\"")]
    [InlineData("priority", "\"\\ud800\"")]
    [InlineData("priority", "[\"high\"]")]
    [InlineData("source", "\"\\u0000\"")]
    [InlineData("tags", "\"vip\"")]
    [InlineData("tags", "[1]")]
    [InlineData("tags", "[null]")]
    [InlineData("tags", "[\"\\ud800\"]")]
    [InlineData("tags", "{\"0\":\"vip\"}")]
    [InlineData("custom_fields", "[]")]
    [InlineData("custom_fields", "\"{}\"")]
    [InlineData("custom_fields", "5")]
    [InlineData("custom_fields", "{\"order\":\"\\ud800\"}")]
    [InlineData("custom_fields", "{\"order\":\"\\u0000\"}")]
    [InlineData("custom_fields", "{\"\\ud800\":1}")]
    [InlineData("custom_fields", "{\"\\u0000\":1}")]
    [InlineData("custom_fields", "{\"unknown\":{\"a\":[1]}}")]
    [InlineData("custom_fields", "{\"weight\":1e400}")]
    [InlineData("custom_fields", "{\"weight\":\"5\"}")]
    public async Task A_member_that_is_not_acceptable_is_named(string member, string json)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var topic = await tenant.TopicAsync("t", null, null, Field("order", Desk.Contracts.CustomFieldType.Text), Field("weight", Desk.Contracts.CustomFieldType.Number));
        var value = member.Split('.') is [var outer, var inner]
            ? $"{{\"{outer}\":{{\"email\":\"a@example.com\",\"{inner}\":{json}}}"
            : $"{{\"{member}\":{json}";
        var rest = string.Concat(new[] { "subject", "body" }.Where(name => name != member).Select(name => $",\"{name}\":\"text\""));

        var reply = await client.PostTextAsync("tickets", value + $",\"help_topic_id\":{topic.Id}{rest}" + "}");

        var fields = reply.Refused(422, "validation_failed").SaysNothingOfTheInside().Json.GetProperty("error").GetProperty("fields");
        Assert.StartsWith(member, Assert.Single(fields.EnumerateObject()).Name, StringComparison.Ordinal);
        Assert.Equal(0, await tenant.TicketCountAsync());
    }

    [Theory]
    [InlineData("1e-20000")]
    [InlineData("1e-400000")]
    [InlineData("0e-400000")]
    [InlineData("0E-999")]
    [InlineData("0e9999")]
    [InlineData("0E-8")]
    [InlineData("0e99999999999")]
    [InlineData("-0")]
    [InlineData("0.1e308")]
    public async Task Odd_numbers_are_taken_or_refused_and_never_a_fault(string number)
    {
        var tenant = await app.NewTenantAsync();
        var client = await tenant.ClientAsync();
        var topic = await tenant.TopicAsync("t", null, null, Field("weight", Desk.Contracts.CustomFieldType.Number));
        var body = $"{{\"subject\":\"a\",\"body\":\"b\",\"help_topic_id\":{topic.Id},\"custom_fields\":{{\"weight\":{number}}}}}";
        Assert.Contains((await client.PostTextAsync("tickets", body)).Status, new[] { 201, 422 });
    }

    [Theory]
    [InlineData("""{"subject":"first","subject":"last","body":"b"}""", "last")]
    [InlineData("""{"Subject":"other","subject":"mine","body":"b"}""", "mine")]
    [InlineData("""{"subject":"mine","body":"b","unknown":{"deep":[1,2,{"a":null}]},"id":5,"number":"x","tenant_id":1}""", "mine")]
    [InlineData("""{"\u0073ubject":"mine","body":"b","x":"\ud800"}""", "mine")]
    [InlineData("\r\n {\"subject\" : \"mine\" ,\t\"body\":\"b\"} \n", "mine")]
    public async Task What_is_only_odd_is_read(string body, string subject)
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        Assert.Equal(subject, (await client.PostTextAsync("tickets", body)).Created().GetProperty("subject").GetString());
    }

    [Fact]
    public async Task Thirty_two_levels_are_read()
    {
        var client = await (await app.NewTenantAsync()).ClientAsync();
        (await client.PostTextAsync("tickets", $$"""{"subject":"a","body":"b","x":{{new string('[', 31)}}{{new string(']', 31)}}}""")).Created();
    }

    private static Desk.Contracts.CustomField Field(string key, Desk.Contracts.CustomFieldType type) => new(key, key, type, false, null);
}
