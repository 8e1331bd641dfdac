namespace Helpdesk.Dialects.Tests;

/// <summary>What happens to a ticket, in words that belong to no dialect.</summary>
/// <param name="Subject">What it is about, in one line.</param>
/// <param name="Body">The first message.</param>
/// <param name="Email">Who asks, in any letter case.</param>
/// <param name="Name">That person's name, if it is said.</param>
/// <param name="Priority">1 (urgent) to 4 (low); null where it is not said.</param>
/// <param name="QueueId">Where it goes; null where it is not said.</param>
/// <param name="TopicId">What it is filed under; null where it is not said.</param>
/// <param name="Order">The value of the topic's own field; null where it is not said.</param>
/// <param name="Steps">What happens to it afterwards.</param>
/// <param name="FinerStatus">The status of the desk's own that it has in the end; null where it keeps its last one.</param>
internal sealed record Story(
    string Subject, string Body, string Email, string? Name, int? Priority, long? QueueId, long? TopicId, string? Order, IReadOnlyList<Step> Steps,
    string? FinerStatus)
{
    private const string Alphabet = "abcXYZ019 ~:@#%&'\"\\/$;,.-_=+<>{}\u001eäß€漢😀";

    // What no requester may ever read.
    public const string Secret = "whisper";

    // Those that no dialect names: of each category one or two.
    private static readonly string[] FinerStatuses =
        ["assigned", "in_progress", "pending_awaiting_parts", "pending_awaiting_approval", "scheduled", "merged"];

    /// <summary>Whether the desk takes no work from this sender.</summary>
    public bool IsBlocked => Email.StartsWith("Blocked", StringComparison.Ordinal);

    /// <summary>The blocked senders of so many stories, in lower case.</summary>
    public static string[] BlockedSenders(int stories) => [.. Enumerable.Range(0, stories).Where(IsOfBlockedSender).Select(seed => $"blocked{seed}@mail.example")];

    /// <summary>A random one, the same for the same seed and writer.</summary>
    public static Story Of(int seed, long[] queues, long[] topics, IWriter writer)
    {
        var random = new Random(seed);
        var isBlocked = IsOfBlockedSender(seed);
        var topicId = random.Next(2) == 0 ? null : (long?)topics[random.Next(topics.Length)];
        return new(
            Line(random, writer.LongestSubject), Text(random, 800), isBlocked ? $"Blocked{seed}@Mail.example" : $"P{seed}.{random.Next(1000)}@Mail.example",
            random.Next(3) == 0 ? null : Line(random, 60), random.Next(4) == 0 ? null : random.Next(1, 5),
            random.Next(2) == 0 ? null : queues[random.Next(queues.Length)], topicId,
            writer.TakesFields && topicId == topics[^1] && random.Next(4) != 0 ? Line(random, 40) : null,
            isBlocked ? [] : StepsOf(random), !isBlocked && random.Next(3) == 0 ? FinerStatuses[random.Next(FinerStatuses.Length)] : null);
    }

    private static bool IsOfBlockedSender(int seed) => seed % 7 == 3;

    /// <summary>Some steps. Nothing happens to a ticket that is closed, so that comes last.</summary>
    private static List<Step> StepsOf(Random random)
    {
        var steps = Enumerable.Range(0, random.Next(7)).Select(_ => StepOf(random)).ToList();
        if (random.Next(4) == 0)
            steps.Add(new(StepKind.Status, "closed"));
        return steps;
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
        var text = new System.Text.StringBuilder();
        // A sign may count for two, and the caller puts a letter before them.
        for (var length = random.Next(most - 1); text.Length < length;)
            text.Append(runes[random.Next(runes.Length)].ToString());
        return text.ToString();
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
