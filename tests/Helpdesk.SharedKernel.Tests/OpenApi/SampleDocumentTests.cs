using System.Text.Json;

namespace Helpdesk.SharedKernel.Tests.OpenApi;

/// <summary>What becomes of each shape that a slice can have, shown on <see cref="SampleModule"/>.</summary>
public sealed class SampleDocumentTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Change = "/api/v1/sample/parcels/{id}";
    private const string List = "/api/v1/sample/parcels";

    [Fact]
    public void Docstrings_become_readable_text() => Assert.Equal(
        "Changes a parcel. See `extra_large`.\n\nOnly `open` parcels.\n\nNeeds the scope `helpdesk:write`.",
        api.Operation("post", Change).GetProperty("description").GetString());

    [Fact]
    public void What_the_path_gives_is_no_member_of_the_body()
    {
        var path = api.Operation("post", Change).GetProperty("parameters")[0];
        AssertJson(
            """{"name":"id","in":"path","required":true,"schema":{"type":"integer","format":"int64"}}""", path, "description", "example");
        Assert.False(Property("ChangeParcel", "id", out _));
    }

    [Theory]
    [InlineData("name", """{"type":"string","minLength":1,"maxLength":80}""")]
    [InlineData("weight", """{"type":["null","integer"],"format":"int32","minimum":1,"maximum":5000}""")]
    [InlineData("note", """{"type":["null","string"]}""")]
    [InlineData("size", """{"$ref":"#/components/schemas/ParcelSize"}""")]
    [InlineData("labels", """{"type":["null","array"],"items":{"type":"string","pattern":"^[a-z]+$"}}""")]
    [InlineData("sender", """{"oneOf":[{"$ref":"#/components/schemas/ParcelSender"},{"type":"null"}]}""")]
    [InlineData("custom", """{"type":["null","object"],"additionalProperties":{}}""")]
    [InlineData("color", """{"type":["null","string"],"enum":["red","blue",null]}""")]
    public void Members_of_a_body_follow_type_and_rules(string name, string schema)
    {
        Assert.True(Property("ChangeParcel", name, out var property));
        AssertJson(schema, property, "description", "examples");
    }

    [Theory]
    [InlineData("ChangeParcel", "name")]
    [InlineData("ParcelSender", "email")]
    [InlineData("Parcel", "id,size,twin,parts,counts,custom,sent_at")]
    public void Required_is_what_must_be_sent_and_what_is_always_answered(string schema, string names) => Assert.Equal(
        names.Split(','), api.Schema(schema).GetProperty("required").EnumerateArray().Select(name => name.GetString()!));

    [Theory]
    [InlineData("size", """{"$ref":"#/components/schemas/ParcelSize"}""")]
    [InlineData("twin", """{"oneOf":[{"$ref":"#/components/schemas/Parcel"},{"type":"null"}]}""")]
    [InlineData("parts", """{"type":"array","items":{"$ref":"#/components/schemas/ParcelPart"}}""")]
    [InlineData("counts", """{"type":"object","additionalProperties":{"type":"integer","format":"int32"}}""")]
    [InlineData("sent_at", """{"type":["null","string"],"format":"date-time"}""")]
    [InlineData("tracking", """{"type":"string"}""")]
    public void Members_of_a_reply_follow_type_and_nullability(string name, string schema)
    {
        Assert.True(Property("Parcel", name, out var property));
        AssertJson(schema, property, "description", "examples");
    }

    [Fact]
    public void An_enum_lists_its_names_and_says_what_they_mean()
    {
        AssertJson("""{"type":"string","enum":["small","extra_large"]}""", api.Schema("ParcelSize"), "description");
        Assert.Equal(
            "How large a parcel is.\n\n- `small`: Fits a pocket.\n- `extra_large`: Needs two people.",
            api.Schema("ParcelSize").GetProperty("description").GetString());
    }

    [Fact]
    public void Parts_of_a_query_have_limits_choices_and_defaults()
    {
        var parameters = api.Operation("get", List).GetProperty("parameters").EnumerateArray()
            .ToDictionary(p => p.GetProperty("name").GetString()!);
        AssertJson(
            """{"type":"array","items":{"type":"string","enum":["small","extra_large"]},"minItems":1}""",
            parameters["size"].GetProperty("schema"));
        Assert.False(parameters["size"].GetProperty("explode").GetBoolean());
        AssertJson("""{"type":"string","format":"date-time"}""", parameters["since"].GetProperty("schema"));
        Assert.True(parameters["carrier"].GetProperty("required").GetBoolean());
        AssertJson(
            """{"type":"integer","format":"int32","minimum":1,"maximum":200,"default":50}""", parameters["limit"].GetProperty("schema"));
    }

    [Fact]
    public void A_refusal_is_shown_as_the_module_makes_it()
    {
        var conflict = api.Operation("post", Change).GetProperty("responses").GetProperty("409").GetProperty("content")
            .GetProperty("application/json");
        Assert.Equal(
            ["parcel_gone", "made_up_code", "idempotency_in_progress"],
            conflict.GetProperty("examples").EnumerateObject().Select(e => e.Name));
        var error = conflict.GetProperty("examples").GetProperty("parcel_gone").GetProperty("value").GetProperty("error");
        Assert.Equal("'billing' is gone.", error.GetProperty("message").GetString());
        Assert.Equal("billing", error.GetProperty("slug").GetString());
        Assert.True(JsonElement.DeepEquals(error.GetProperty("parcel_id"), error.GetProperty("extra").GetProperty("parcel_id")));
    }

    [Fact]
    public void A_value_that_cannot_be_read_is_refused_also_where_the_slice_does_not_say_so() =>
        Assert.True(api.Operation("get", List).GetProperty("responses").TryGetProperty("422", out _));

    private bool Property(string schema, string name, out JsonElement property) =>
        api.Schema(schema).GetProperty("properties").TryGetProperty(name, out property);

    private static void AssertJson(string expected, JsonElement actual, params string[] without)
    {
        var rest = actual.EnumerateObject().Where(member => !without.Contains(member.Name)).ToDictionary(m => m.Name, m => m.Value);
        var got = JsonSerializer.SerializeToElement(rest);
        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(expected), got), got.GetRawText());
    }
}
