using System.Text.Json;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Requests;
using Microsoft.AspNetCore.Mvc;

namespace Helpdesk.Kernel.Tests;

public sealed class WireJsonTests
{
    private enum Mood
    {
        Happy,
        OnEdge,
    }

    private sealed record Body(
        [FromRoute] string? Ref, string? Text, [SingleLine] string? Line, [SingleLine] Optional<string?> Maybe, Optional<int?> Number,
        Optional<int> Strict, DateTime? When, Mood? Mood, string[]? Names, long? Id, bool? Flag, RawJson? Raw);

    [Theory]
    [InlineData("2026-01-31", "2026-01-31T00:00:00")]
    [InlineData("2026-01-31T09:30Z", "2026-01-31T09:30:00")]
    [InlineData("2026-01-31T09:30:15Z", "2026-01-31T09:30:15")]
    [InlineData("2026-01-31T09:30:15", "2026-01-31T09:30:15")]
    [InlineData("2026-01-31T09:30:15+02:00", "2026-01-31T07:30:15")]
    [InlineData("2026-01-31T09:30:15.5Z", "2026-01-31T09:30:15.5")]
    [InlineData("2026-01-31T09:30:15.1234567-01:00", "2026-01-31T10:30:15.1234567")]
    public void Times_are_read_in_utc(string text, string utc)
    {
        var time = Read($$"""{"when": "{{text}}"}""").When;
        Assert.Equal(DateTime.Parse(utc), time);
        Assert.Equal(DateTimeKind.Utc, time!.Value.Kind);
    }

    [Theory]
    [InlineData("\"31.01.2026\"")]
    [InlineData("\"2026-02-30\"")]
    [InlineData("\"2026-01-31T25:00:00Z\"")]
    [InlineData("\"2026-01-31 09:30:00\"")]
    [InlineData("\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("\"\"")]
    [InlineData("1700000000")]
    [InlineData("{}")]
    public void Other_times_are_refused(string json) => Assert.StartsWith("must be a time", Refused($$"""{"when": {{json}}}"""));

    [Fact]
    public void Times_are_written_in_utc_to_the_second() =>
        Assert.Equal("\"2026-01-31T09:30:15Z\"", Write(new DateTime(2026, 1, 31, 9, 30, 15, 999, DateTimeKind.Utc)));

    [Fact]
    public void Enums_are_snake_case_both_ways()
    {
        Assert.Equal(Mood.OnEdge, Read("""{"mood": "on_edge"}""").Mood);
        Assert.Equal("\"on_edge\"", Write(Mood.OnEdge));
        Assert.Null(Read("""{"mood": null}""").Mood);
    }

    [Theory]
    [InlineData("\"OnEdge\"")]
    [InlineData("\"ON_EDGE\"")]
    [InlineData("\"1\"")]
    [InlineData("1")]
    [InlineData("\"\"")]
    [InlineData("true")]
    public void Other_words_for_an_enum_are_refused(string json) =>
        Assert.Equal("must be one of happy, on_edge.", Refused($$"""{"mood": {{json}}}"""));

    [Fact]
    public void An_optional_member_tells_absent_from_null_and_given()
    {
        Assert.False(Read("{}").Number.IsSet);
        Assert.Equal(new Optional<int?>(null), Read("""{"number": null}""").Number);
        Assert.Equal(new Optional<int?>(5), Read("""{"number": 5}""").Number);
        Assert.Equal("must not be null.", Refused("""{"strict": null}"""));
        Assert.Equal(7, Read("{}").Number.Or(7));
        Assert.Null(Read("""{"number": null}""").Number.Or(7));
    }

    [Theory]
    [InlineData(" a ", "a")]
    [InlineData("a\\nb", "a b")]
    [InlineData("a\\r\\n\\r\\n\\tb", "a b")]
    [InlineData("\\n\\na\\n", "a")]
    [InlineData("a \\nb", "a b")]
    [InlineData(" \\t\\r\\n ", "")]
    [InlineData("", "")]
    public void A_single_line_has_no_breaks(string json, string line)
    {
        Assert.Equal(line, Read($$"""{"line": "{{json}}"}""").Line);
        Assert.Equal(line, Read($$"""{"maybe": "{{json}}"}""").Maybe.Value);
    }

    [Fact]
    public void A_single_line_may_be_null()
    {
        Assert.Null(Read("""{"line": null}""").Line);
        Assert.Equal(new Optional<string?>(null), Read("""{"maybe": null}""").Maybe);
        Assert.False(Read("{}").Maybe.IsSet);
    }

    [Theory]
    [InlineData("{\"text\": \"a\\u0000b\"}")]
    [InlineData("{\"line\": \"a\\u0000b\"}")]
    [InlineData("{\"maybe\": \"a\\u0000b\"}")]
    [InlineData("{\"names\": [\"x\", \"a\\u0000b\"]}")]
    public void Nul_is_refused_everywhere(string json) => Assert.Equal("must not contain a NUL character.", Refused(json));

    [Theory]
    [InlineData("{\"text\": \"a\\ud83d\"}")]
    [InlineData("{\"line\": \"\\ude00\"}")]
    [InlineData("{\"maybe\": \"\\ud83dx\"}")]
    [InlineData("{\"names\": [\"\\ude00\\ud83d\"]}")]
    public void Half_a_surrogate_pair_is_refused_everywhere(string json) =>
        Assert.Equal("must not contain half of a surrogate pair.", Refused(json));

    [Fact]
    public void A_whole_pair_is_a_character() => Assert.Equal("😀", Read("""{"text": "\ud83d\ude00"}""").Text);

    [Theory]
    [InlineData("{\"text\": 5}")]
    [InlineData("{\"text\": {}}")]
    [InlineData("{\"line\": true}")]
    [InlineData("{\"maybe\": []}")]
    [InlineData("{\"names\": [5]}")]
    public void A_text_must_be_a_string(string json) => Assert.Equal("must be a string.", Refused(json));

    [Theory]
    [InlineData("{\"id\": \"5\"}")]
    [InlineData("{\"id\": 5.5}")]
    [InlineData("{\"id\": 9223372036854775808}")]
    [InlineData("{\"flag\": \"true\"}")]
    [InlineData("{\"flag\": 1}")]
    [InlineData("{\"names\": \"a\"}")]
    public void Types_are_strict(string json) => Assert.Throws<JsonException>(() => Read(json));

    [Fact]
    public void What_the_path_says_is_passed_over_in_a_body() => Assert.Null(Read("""{"ref": {"any": ["thing"]}, "text": "x"}""").Ref);

    [Fact]
    public void Raw_json_goes_through_as_it_came()
    {
        const string raw = """{"b":1.50,"a":[null,"ü"]}""";
        Assert.Equal(raw, Read($$"""{"raw": {{raw}}}""").Raw!.Value.Text);
        Assert.Equal(raw, Write(new RawJson(raw)));
    }

    [Fact]
    public void Depth_has_a_limit() =>
        Assert.Throws<JsonException>(() => Read($$"""{"raw": {{new string('[', 40)}}{{new string(']', 40)}}}"""));

    private static Body Read(string json) => JsonSerializer.Deserialize<Body>(json, WireJson.Options)!;

    private static string Refused(string json) => Assert.Throws<JsonException>(() => Read(json)).Message;

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, WireJson.Options);
}
