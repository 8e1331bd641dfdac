using System.Text.Json.Nodes;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.AI;

/// <summary>Tells how the requester of a ticket feels. Looks at the requester's own messages alone.</summary>
/// <param name="TicketId">The ticket's id.</param>
[Feature(AiFeature.HelpdeskSentiment)]
[Requires(Permission.AiRead)]
[Refuses(ErrorKind.Declined, "gate_blocked")]
[Refuses(ErrorKind.Declined, "no_key")]
[Refuses(ErrorKind.Declined, "ticket_not_found")]
[Refuses(ErrorKind.Declined, "no_requester_text")]
[Refuses(ErrorKind.Declined, "malformed_json")]
[Refuses(ErrorKind.Declined, "provider_error")]
public sealed record ReadSentiment(long? TicketId) : IHook<TicketSentiment>;

/// <summary>How a requester feels.</summary>
/// <param name="Data">The finding.</param>
/// <param name="Usage">What it took.</param>
public sealed record TicketSentiment(RequesterSentiment Data, AiUsage Usage);

/// <summary>How a requester feels, and what tells it.</summary>
/// <param name="Overall">The feeling that prevails.</param>
/// <param name="Confidence">How sure the model is, 0 to 1.</param>
/// <param name="Signals">What tells it, at most eight short remarks.</param>
[Example("""{"overall": "frustrated", "confidence": 0.82, "signals": ["Asks for the third time", "Mentions leaving"]}""")]
public sealed record RequesterSentiment(Sentiment Overall, double Confidence, IReadOnlyList<string> Signals);

/// <summary>A feeling.</summary>
public enum Sentiment
{
    /// <summary>Content or thankful.</summary>
    Positive,

    /// <summary>Matter-of-fact.</summary>
    Neutral,

    /// <summary>Does not know what to do.</summary>
    Confused,

    /// <summary>Tired of the matter.</summary>
    Frustrated,

    /// <summary>Upset with the people behind it.</summary>
    Angry,
}

internal sealed class ReadSentimentValidator : AbstractValidator<ReadSentiment>
{
    public ReadSentimentValidator() => RuleFor(x => x.TicketId).NotNull();
}

internal sealed class ReadSentimentHandler(ITicketThreads threads, TicketFacts facts, HookModel model)
    : IRequestHandler<ReadSentiment, Result<TicketSentiment>>
{
    private static readonly Prompt Prompt = Prompt.Beside();

    private static readonly JsonObject Schema = JsonNode.Parse("""
        {
          "type": "object",
          "properties": {
            "overall": {"type": "string", "enum": ["positive", "neutral", "confused", "frustrated", "angry"]},
            "confidence": {"type": "number", "description": "How sure you are, from 0 to 1."},
            "signals": {"type": "array", "items": {"type": "string", "description": "One thing that tells it, in a few words."}}
          },
          "required": ["overall", "confidence", "signals"],
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<Result<TicketSentiment>> Handle(ReadSentiment request, CancellationToken cancellationToken)
    {
        if (await threads.FindAsync(request.TicketId!.Value, cancellationToken) is not { } thread)
            return AiErrors.TicketNotFound;
        if (!thread.Entries.Any(IsRequesters))
            return AiErrors.NoRequesterText;
        var question = new Question(Prompt, await facts.DescribeAsync(thread, IsRequesters), Schema, 400, thread.Id);
        var asked = await model.AskAsync(question, Read, cancellationToken);
        return asked.TryGet(out var answer) ? new TicketSentiment(answer.Value, answer.Usage) : asked.Error!;
    }

    private static bool IsRequesters(ThreadEntry entry) =>
        entry is { AuthorKind: ActorKind.Requester, IsInternal: false } && !string.IsNullOrWhiteSpace(entry.Text);

    private static RequesterSentiment Read(ToolInput input) =>
        new(input.Choice<Sentiment>("overall"), input.Number("confidence", 0, 1), input.Texts("signals", 8, 200));
}

internal sealed class ReadSentimentEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/ai/sentiment", Hooks.Answered<ReadSentiment, TicketSentiment>())
        .WithSummary("Tell how a requester feels").WithTags("AI");
}
