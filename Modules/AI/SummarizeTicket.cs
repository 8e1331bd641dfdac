using System.Text.Json.Nodes;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.AI;

/// <summary>Sums up a ticket for an agent: what the problem is, what was tried, what was done, what comes next. Reads internal notes, too.</summary>
/// <param name="TicketId">The ticket's id.</param>
[Feature(AiFeature.HelpdeskSummary)]
[Requires(Permission.AiRead)]
[Refuses(ErrorKind.Declined, "gate_blocked")]
[Refuses(ErrorKind.Declined, "no_key")]
[Refuses(ErrorKind.Declined, "ticket_not_found")]
[Refuses(ErrorKind.Declined, "malformed_json")]
[Refuses(ErrorKind.Declined, "provider_error")]
public sealed record SummarizeTicket(long? TicketId) : IHook<TicketSummary>;

/// <summary>A ticket in short.</summary>
/// <param name="Text">Four paragraphs in Markdown, which begin with Problem, Tried, Done and Next-step.</param>
/// <param name="Usage">What it took.</param>
[Example("""
    {
      "text": "**Problem:** The lamp arrived with a cracked shade.\n\n**Tried:** Nothing yet.\n\n**Done:** A photo was asked for.\n\n**Next-step:** Send a new shade.",
      "usage": {"prompt_tokens": 412, "completion_tokens": 87, "model": "claude-haiku-4-5-20251001"}
    }
    """)]
public sealed record TicketSummary(string Text, AiUsage Usage);

internal sealed class SummarizeTicketValidator : AbstractValidator<SummarizeTicket>
{
    public SummarizeTicketValidator() => RuleFor(x => x.TicketId).NotNull();
}

internal sealed class SummarizeTicketHandler(ITicketThreads threads, TicketFacts facts, HookModel model)
    : IRequestHandler<SummarizeTicket, Result<TicketSummary>>
{
    private const int MostOfPart = 1_500;
    private static readonly Prompt Prompt = Prompt.Beside();

    private static readonly JsonObject Schema = JsonNode.Parse("""
        {
          "type": "object",
          "properties": {
            "problem": {"type": "string", "description": "What the requester wants or what is wrong, in one to three sentences."},
            "tried": {"type": "string", "description": "What anybody tried, and how it went."},
            "done": {"type": "string", "description": "What has been done or promised so far."},
            "next_step": {"type": "string", "description": "What the support team should do next."}
          },
          "required": ["problem", "tried", "done", "next_step"],
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<Result<TicketSummary>> Handle(SummarizeTicket request, CancellationToken cancellationToken)
    {
        if (await threads.FindAsync(request.TicketId!.Value, cancellationToken) is not { } thread)
            return AiErrors.TicketNotFound;
        var question = new Question(Prompt, await facts.DescribeAsync(thread, _ => true), Schema, 900, thread.Id);
        var asked = await model.AskAsync(question, Read, cancellationToken);
        return asked.TryGet(out var answer) ? new TicketSummary(answer.Value, answer.Usage) : asked.Error!;
    }

    private static string Read(ToolInput input) =>
        $"**Problem:** {input.Text("problem", MostOfPart)}\n\n**Tried:** {input.Text("tried", MostOfPart)}\n\n"
        + $"**Done:** {input.Text("done", MostOfPart)}\n\n**Next-step:** {input.Text("next_step", MostOfPart)}";
}

internal sealed class SummarizeTicketEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/ai/summary", Hooks.Answered<SummarizeTicket, TicketSummary>())
        .WithSummary("Sum up a ticket").WithTags("AI");
}
