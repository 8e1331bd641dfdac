namespace Helpdesk.Dialects.Tests;

/// <summary>What happens to a ticket, in words that belong to no dialect.</summary>
/// <param name="Subject">What it is about, in one line.</param>
/// <param name="Body">The first message.</param>
/// <param name="Email">Who asks, in any letter case.</param>
/// <param name="Name">That person's name, if it is said.</param>
/// <param name="Priority">1 (urgent) to 4 (low); null where it is not said.</param>
/// <param name="QueueId">Where it goes; null where it is not said.</param>
/// <param name="TopicId">What it is filed under; null where it is not said.</param>
/// <param name="Steps">What happens to it afterwards.</param>
internal sealed record Story(string Subject, string Body, string Email, string? Name, int? Priority, long? QueueId, long? TopicId, IReadOnlyList<Step> Steps)
{
    private const string Alphabet = "abcXYZ019 ~:@#%&'\"\\/$;,.-_=+<>{}\u001eäß€漢😀";

    // What no requester may ever read.
    public const string Secret = "whisper";

    /// <summary>A random one, the same for the same seed.</summary>
    public static Story Of(int seed, long[] queues, long[] topics)
    {
        var random = new Random(seed);
        return new(
            Line(random, 200), Text(random, 800), $"P{seed}.{random.Next(1000)}@Mail.example", random.Next(3) == 0 ? null : Line(random, 60),
            random.Next(4) == 0 ? null : random.Next(1, 5), random.Next(2) == 0 ? null : queues[random.Next(queues.Length)],
            random.Next(2) == 0 ? null : topics[random.Next(topics.Length)], [.. Enumerable.Range(0, random.Next(7)).Select(_ => StepOf(random))]);
    }

    private static Step StepOf(Random random) => random.Next(6) switch
    {
        0 => new(StepKind.Note, Secret + " " + Text(random, 100)),
        1 => new(StepKind.AgentReply, Text(random, 300)),
        2 => new(StepKind.RequesterReply, Text(random, 300)),
        3 => new(StepKind.ProgramReply, Text(random, 300)),
        4 => new(StepKind.Tag, Secret),
        _ => new(StepKind.Status, new[] { "new", "open", "pending", "on_hold", "resolved" }[random.Next(5)]),
    };

    private static string Line(Random random, int most) => "L" + Signs(random, most).Trim();

    private static string Text(Random random, int most) => "T" + string.Join("\n\n", Signs(random, most).Split('a')) + " \n";

    private static string Signs(Random random, int most)
    {
        var runes = Alphabet.EnumerateRunes().ToArray();
        return string.Concat(Enumerable.Range(0, random.Next(most)).Select(_ => runes[random.Next(runes.Length)].ToString()));
    }
}

/// <summary>Something that happens to a ticket.</summary>
/// <param name="Kind">What.</param>
/// <param name="Text">The text, the status or the tag.</param>
internal sealed record Step(StepKind Kind, string Text);

/// <summary>What can happen to a ticket.</summary>
internal enum StepKind
{
    Note,
    AgentReply,
    RequesterReply,
    ProgramReply,
    Status,
    Tag,
}
