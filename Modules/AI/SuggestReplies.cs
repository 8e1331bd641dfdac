using System.Text.Json.Nodes;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.AI;

/// <summary>Drafts three different replies to a ticket's requester. Nothing is sent. Internal notes are not read, so none can slip into a draft.</summary>
/// <param name="TicketId">The ticket's id.</param>
[Feature(AiFeature.HelpdeskReplySuggest)]
[Requires(Permission.AiWrite)]
[Refuses(ErrorKind.Declined, "gate_blocked")]
[Refuses(ErrorKind.Declined, "no_key")]
[Refuses(ErrorKind.Declined, "ticket_not_found")]
[Refuses(ErrorKind.Declined, "malformed_json")]
[Refuses(ErrorKind.Declined, "provider_error")]
public sealed record SuggestReplies(long? TicketId) : IHook<ReplySuggestions>;

/// <summary>Replies to choose from.</summary>
/// <param name="Suggestions">Exactly three drafts in Markdown, without links and HTML.</param>
/// <param name="Usage">What they took.</param>
[Example("""
    {
      "suggestions": [
        "Hello Maria,\n\nI am sorry about the cracked shade. We send you a new one today.",
        "Hello Maria,\n\ncould you send us a photo of the shade? Then we can replace it at once.",
        "Hello Maria,\n\nwould you rather have a new shade or your money back?"
      ],
      "usage": {"prompt_tokens": 380, "completion_tokens": 164, "model": "claude-haiku-4-5-20251001"}
    }
    """)]
public sealed record ReplySuggestions(IReadOnlyList<string> Suggestions, AiUsage Usage);

internal sealed class SuggestRepliesValidator : AbstractValidator<SuggestReplies>
{
    public SuggestRepliesValidator() => RuleFor(x => x.TicketId).NotNull();
}

internal sealed class SuggestRepliesHandler(ITicketThreads threads, TicketFacts facts, HookModel model)
    : IRequestHandler<SuggestReplies, Result<ReplySuggestions>>
{
    private const int Drafts = 3;
    private const int MostOfDraft = 4_000;
    private static readonly Prompt Prompt = Prompt.Beside();

    private static readonly JsonObject Schema = JsonNode.Parse("""
        {
          "type": "object",
          "properties": {
            "suggestions": {
              "type": "array", "minItems": 3, "maxItems": 3,
              "items": {"type": "string", "description": "One complete draft in Markdown."}
            }
          },
          "required": ["suggestions"],
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<Result<ReplySuggestions>> Handle(SuggestReplies request, CancellationToken cancellationToken)
    {
        if (await threads.FindAsync(request.TicketId!.Value, cancellationToken) is not { } thread)
            return AiErrors.TicketNotFound;
        var data = await facts.DescribeAsync(thread, entry => !entry.IsInternal);
        var asked = await model.AskAsync(new Question(Prompt, data, Schema, 2_000, thread.Id), Read, cancellationToken);
        return asked.TryGet(out var answer) ? new ReplySuggestions(answer.Value, answer.Usage) : asked.Error!;
    }

    private static List<string> Read(ToolInput input)
    {
        var drafts = input.Texts("suggestions", 10, MostOfDraft)
            .DistinctBy(draft => string.Join(' ', draft.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparer.OrdinalIgnoreCase)
            .Take(Drafts).ToList();
        if (drafts.Count < Drafts)
            input.Refuse("suggestions must be three texts that differ from each other.");
        return drafts;
    }
}

internal sealed class SuggestRepliesEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/ai/reply-suggest", Hooks.Answered<SuggestReplies, ReplySuggestions>())
        .WithSummary("Draft replies to a ticket").WithTags("AI");
}
