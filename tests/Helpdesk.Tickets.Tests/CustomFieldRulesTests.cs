using System.Text.Json;
using Helpdesk.SharedKernel.Http;

namespace Helpdesk.Tickets.Tests;

public sealed class CustomFieldRulesTests
{
    private static readonly HelpTopic Topic = new(1, "lamps", "Lamps", null, null, true, 0,
    [
        new("a", "A", CustomFieldType.Text, true, null), new("b", "B", CustomFieldType.Number, false, null),
        new("c", "C", CustomFieldType.Select, false, ["red", "green"]), new("d", "D", CustomFieldType.Date, false, null),
    ]);

    private static readonly string[] Values =
        ["\"x\"", "\"red\"", "\"2026-01-31\"", "1", "1.0", "-2e3", "null", "true", "[]", "{}", "\"\"", "\"blue\""];

    [Fact]
    public void Whatever_is_merged_the_outcome_fits_the_topic()
    {
        var random = new Random(5);
        var stored = "{}";
        var accepted = 0;
        for (var run = 0; run < 5000; run++)
        {
            var given = Given(random);
            var outcome = CustomFieldRules.Merge(stored, new RawJson(given), Topic, isNew: stored == "{}");
            if (!outcome.TryGet(out var merged))
            {
                Assert.Equal("validation_failed", outcome.Error!.Code);
                continue;
            }

            accepted++;
            var values = JsonDocument.Parse(merged).RootElement;
            Assert.True(values.TryGetProperty("a", out var required) && required.ValueKind is JsonValueKind.String);
            Assert.All(values.EnumerateObject(), member => Assert.Contains(member.Name, (string[])["a", "b", "c", "d"]));
            Assert.All(values.EnumerateObject(), member => Assert.NotEqual(JsonValueKind.Null, member.Value.ValueKind));
            // What was given holds now, what was not given holds still.
            var (before, said) = (JsonDocument.Parse(stored).RootElement, JsonDocument.Parse(given).RootElement);
            foreach (var key in (string[])["a", "b", "c", "d"])
            {
                var source = said.TryGetProperty(key, out _) ? said : before;
                var expected = source.TryGetProperty(key, out var value) && value.ValueKind is not JsonValueKind.Null ? value.GetRawText() : null;
                var actual = values.TryGetProperty(key, out var now) ? now : default(JsonElement?);
                Assert.Equal(expected is null, actual is null);
                Assert.True(expected is null || JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, actual!.Value));
            }

            // The same once more is no change, to the letter.
            Assert.Equal(merged, CustomFieldRules.Merge(merged, new RawJson(given), Topic, isNew: false).Value);
            Assert.Equal(merged, CustomFieldRules.Merge(merged, null, Topic, isNew: false).Value);
            stored = merged;
        }

        Assert.InRange(accepted, 100, 4900);
    }

    [Fact]
    public void The_databases_own_spelling_is_no_change()
    {
        const string Stored = """{"a": "x", "b": 1.50}""";
        Assert.Equal(Stored, CustomFieldRules.Merge(Stored, null, Topic, isNew: false).Value);
        Assert.Equal(Stored, CustomFieldRules.Merge(Stored, new RawJson("""{"b":1.5,"c":null}"""), Topic, isNew: false).Value);
        Assert.Equal(Stored, CustomFieldRules.Merge(Stored, null, null, isNew: false).Value);
    }

    [Fact]
    public void Without_a_topic_there_are_no_fields()
    {
        Assert.Equal("{}", CustomFieldRules.Merge("{}", null, null, isNew: true).Value);
        Assert.Equal("{}", CustomFieldRules.Merge("{}", new RawJson("""{"a":null}"""), null, isNew: true).Value);
        Assert.NotNull(CustomFieldRules.Merge("{}", new RawJson("""{"a":"x"}"""), null, isNew: true).Error);
    }

    private static string Given(Random random)
    {
        var members = ((string[])["a", "b", "c", "d"]).Where(_ => random.Next(2) == 0).ToList();
        if (random.Next(20) == 0)
            members.Add("e");
        return "{" + string.Join(",", members.Select(member => $"\"{member}\":{Values[random.Next(Values.Length)]}")) + "}";
    }
}
