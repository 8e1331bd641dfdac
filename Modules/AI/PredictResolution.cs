using System.Text.Json.Nodes;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.AI;

/// <summary>Tells how long a ticket will take, how likely it goes wrong, and what to do about it. Reads internal notes, too.</summary>
/// <param name="TicketId">The ticket's id.</param>
[Feature(AiFeature.HelpdeskResolutionPredict)]
[Requires(Permission.AiRead)]
[Refuses(ErrorKind.Declined, "gate_blocked")]
[Refuses(ErrorKind.Declined, "no_key")]
[Refuses(ErrorKind.Declined, "ticket_not_found")]
[Refuses(ErrorKind.Declined, "malformed_json")]
[Refuses(ErrorKind.Declined, "provider_error")]
public sealed record PredictResolution(long? TicketId) : IHook<ResolutionPredictions>;

/// <summary>How a ticket will go on.</summary>
/// <param name="Data">The prediction.</param>
/// <param name="Usage">What it took.</param>
public sealed record ResolutionPredictions(ResolutionPrediction Data, AiUsage Usage);

/// <summary>How a ticket will go on.</summary>
/// <param name="EtaHours">Hours until it is resolved, 0 to 8,760.</param>
/// <param name="Risk">How likely it goes wrong.</param>
/// <param name="NextAction">What the team should do next.</param>
/// <param name="Blockers">What stands in the way, at most eight short remarks.</param>
[Example("""{"eta_hours": 20, "risk": "medium", "next_action": "Ask for the order number.", "blockers": ["The order number is missing"]}""")]
public sealed record ResolutionPrediction(double EtaHours, Risk Risk, string NextAction, IReadOnlyList<string> Blockers);

/// <summary>How likely something goes wrong.</summary>
public enum Risk
{
    /// <summary>Hardly.</summary>
    Low,

    /// <summary>Possibly.</summary>
    Medium,

    /// <summary>Likely.</summary>
    High,
}

internal sealed class PredictResolutionValidator : AbstractValidator<PredictResolution>
{
    public PredictResolutionValidator() => RuleFor(x => x.TicketId).NotNull();
}

internal sealed class PredictResolutionHandler(ITicketThreads threads, TicketFacts facts, HookModel model)
    : IRequestHandler<PredictResolution, Result<ResolutionPredictions>>
{
    private const int HoursOfYear = 8_760;
    private static readonly Prompt Prompt = Prompt.Beside();

    private static readonly JsonObject Schema = JsonNode.Parse("""
        {
          "type": "object",
          "properties": {
            "eta_hours": {"type": "number", "description": "Hours from now until the ticket is resolved, from 0 to 8760."},
            "risk": {"type": "string", "enum": ["low", "medium", "high"]},
            "next_action": {"type": "string", "description": "The one thing that the team should do next."},
            "blockers": {"type": "array", "items": {"type": "string", "description": "One thing that stands in the way, in a few words."}}
          },
          "required": ["eta_hours", "risk", "next_action", "blockers"],
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<Result<ResolutionPredictions>> Handle(PredictResolution request, CancellationToken cancellationToken)
    {
        if (await threads.FindAsync(request.TicketId!.Value, cancellationToken) is not { } thread)
            return AiErrors.TicketNotFound;
        var question = new Question(Prompt, await facts.DescribeAsync(thread, _ => true), Schema, 500, thread.Id);
        var asked = await model.AskAsync(question, Read, cancellationToken);
        return asked.TryGet(out var answer) ? new ResolutionPredictions(answer.Value, answer.Usage) : asked.Error!;
    }

    private static ResolutionPrediction Read(ToolInput input) => new(
        input.Number("eta_hours", 0, HoursOfYear), input.Choice<Risk>("risk"), input.Text("next_action", 500), input.Texts("blockers", 8, 200));
}

internal sealed class PredictResolutionEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/ai/resolution-predict", Hooks.Answered<PredictResolution, ResolutionPredictions>())
        .WithSummary("Predict how a ticket goes on").WithTags("AI");
}
