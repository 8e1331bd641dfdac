using System.Buffers;
using System.Text;
using System.Text.Json;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Tenancy;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets.Tests;

/// <summary>Tickets write themselves; what they write is what the general writer would.</summary>
public sealed class TicketJsonTests
{
    private static readonly string?[] Texts = ["", "plain", "\"quoted\" \\ /", "<b>&amp;</b> äöü €", "line\nbreak\t\u0001", "😀 \u2028"];

    [Fact]
    public void Tickets_of_all_sorts_are_written_like_everything_else()
    {
        var random = new Random(20261122);
        for (var i = 0; i < 2000; i++)
            Same(AnyTicket(random));
    }

    [Fact]
    public void Entries_of_all_sorts_are_written_like_everything_else()
    {
        var random = new Random(20261123);
        for (var i = 0; i < 2000; i++)
            Same(AnyMessage(random));
    }

    /// <summary>A member that is added to the view must be written too, and be generated here.</summary>
    [Fact]
    public void Every_member_is_generated_here() =>
        Assert.Equal((24, 9, 5, 3, 4), (Members<TicketView>(), Members<MessageView>(), Members<RequesterView>(), Members<Author>(), Members<TagRef>()));

    private static int Members<T>() => WireJson.Options.GetTypeInfo(typeof(T)).Properties.Count(member => member.Get is not null);

    private static void Same<T>(T value) where T : IWritesJson
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Options.Encoder }))
            value.WriteTo(json);
        Assert.Equal(JsonSerializer.Serialize(value, WireJson.Options), Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static TicketView AnyTicket(Random random) => new(
        random.NextInt64(), new LateText("HD-" + random.Next()), Text(random), Any<TicketStatus>(random), Any<Priority>(random),
        Any<TicketSource>(random), new QueueRef(random.NextInt64(), Text(random), Text(random)),
        Perhaps(random, () => new TopicRef(random.NextInt64(), Text(random), Text(random))),
        new RequesterView(random.NextInt64(), Text(random), Text(random), Text(random), Time(random)),
        Perhaps(random, () => new AgentRef(random.NextInt64(), Text(random))),
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => new TagRef(random.NextInt64(), Text(random), Text(random), "#aabbcc"))],
        new RawJson(random.Next(2) == 0 ? "{}" : """{"a": [1, "ü"]}"""),
        Perhaps(random, () => new SlaState(Any<SlaClock>(random), null, PerhapsTime(random), PerhapsTime(random), SlaClock.Met, SlaClock.None, null)),
        random.Next(), random.Next(), PerhapsTime(random), PerhapsTime(random), PerhapsTime(random), PerhapsTime(random), PerhapsTime(random),
        Time(random), Time(random), Perhaps(random, () => Enumerable.Range(0, random.Next(3)).Select(_ => AnyMessage(random)).ToArray()),
        random.Next(3) switch { 0 => null, 1 => false, _ => true });

    private static MessageView AnyMessage(Random random) => new(
        random.NextInt64(), random.NextInt64(), Any<MessageKind>(random),
        new Author(Any<ActorKind>(random), random.Next(2) == 0 ? null : random.NextInt64(), Text(random)), Text(random),
        random.Next(2) == 0, random.Next(2) == 0 ? null : new RawJson("""{"type":"status_changed"}"""),
        random.Next(2) == 0 ? [] : [Text(random)], Time(random));

    private static string Text(Random random) => Texts[random.Next(Texts.Length)]!;

    private static T Any<T>(Random random) where T : struct, Enum => Enum.GetValues<T>() is var values ? values[random.Next(values.Length)] : default;

    private static T? Perhaps<T>(Random random, Func<T> make) where T : class => random.Next(2) == 0 ? null : make();

    private static DateTime Time(Random random) => DateTime.UnixEpoch.AddMilliseconds(random.NextInt64(4_000_000_000_000));

    private static DateTime? PerhapsTime(Random random) => random.Next(2) == 0 ? null : Time(random);
}
