using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Helpdesk.Audit;
using Helpdesk.Audit.Contracts;

namespace Helpdesk.AI;

/// <summary>Answers a question about the last 200 events of the audit log, naming the events that the answer stands on.</summary>
/// <param name="Question">The question, 1 to 1,000 characters.</param>
[Feature(AiFeature.HelpdeskAuditQa)]
[Requires(Permission.AiAdmin)]
[Refuses(ErrorKind.Declined, "gate_blocked")]
[Refuses(ErrorKind.Declined, "no_key")]
[Refuses(ErrorKind.Declined, "malformed_json")]
[Refuses(ErrorKind.Declined, "provider_error")]
[Example("""{"question": "Who closed tickets yesterday?"}""")]
public sealed record AskAudit(string? Question) : IHook<AuditAnswer>;

/// <summary>An answer about the audit log.</summary>
/// <param name="Text">The answer in Markdown; an event is cited as <c>[#190517229740032]</c>, by its id.</param>
/// <param name="Usage">What it took.</param>
[Example("""
    {
      "text": "Two tickets were closed, both by the key shop [#190517229740032] [#190517229740096].",
      "usage": {"prompt_tokens": 5210, "completion_tokens": 58, "model": "claude-haiku-4-5-20251001"}
    }
    """)]
public sealed record AuditAnswer(string Text, AiUsage Usage);

internal sealed class AskAuditValidator : AbstractValidator<AskAudit>
{
    public AskAuditValidator() => RuleFor(x => x.Question).NotEmpty().MaximumLength(1_000);
}

internal sealed partial class AskAuditHandler(IAuditReader audit, HookModel model) : IRequestHandler<AskAudit, Result<AuditAnswer>>
{
    private const int MostOfAnswer = 4_000;
    private const int ChangesBudget = 120;
    private static readonly Prompt Prompt = Prompt.Beside();

    private static readonly JsonObject Schema = JsonNode.Parse("""
        {
          "type": "object",
          "properties": {"text": {"type": "string", "description": "The answer in Markdown, citing events as [#id]."}},
          "required": ["text"],
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<Result<AuditAnswer>> Handle(AskAudit request, CancellationToken cancellationToken)
    {
        var events = await audit.LastAsync(cancellationToken);
        var data = new Fenced().Add("question", request.Question!);
        foreach (var happened in events)
            data.Add("event", Describe(happened));
        var known = events.Select(happened => happened.Id).ToHashSet();
        var asked = await model.AskAsync(new Question(Prompt, data, Schema, 1_200, TicketId: null), Read, cancellationToken);
        return asked.TryGet(out var answer) ? new AuditAnswer(answer.Value, answer.Usage) : asked.Error!;

        string Read(ToolInput input) => input.Text("text", MostOfAnswer, text => WithKnownOnly(text, known));
    }

    /// <summary>The answer, without citations of what is not among these events.</summary>
    internal static string WithKnownOnly(string text, IReadOnlySet<long> known) => Citation().Replace(text, citation =>
    {
        var cited = Number().Matches(citation.Value).Select(number => number.Value)
            .Where(number => long.TryParse(number, out var id) && known.Contains(id)).Distinct().ToList();
        return cited.Count == 0 ? "" : citation.Groups["space"].Value + string.Join(' ', cited.Select(id => $"[#{id}]"));
    }).Trim();

    // No addresses of people or machines: no question is about them.
    private static object Describe(AuditEventView happened) => new
    {
        happened.Id,
        happened.EventKey,
        happened.ActorKind,
        happened.ActorLabel,
        happened.TicketId,
        happened.SubjectType,
        happened.SubjectId,
        Changes = happened.Changes.Text is "{}" ? null : Fenced.FitJson(happened.Changes.Text, ChangesBudget),
        At = happened.CreatedAt,
    };

    // In brackets with anything around the numbers, or without brackets.
    [GeneratedRegex(@"(?<space>[ \t]*)(\[[^\[\]\n]{0,20}#[^\[\]\n]*\]|#\d+)")]
    private static partial Regex Citation();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}

internal sealed class AskAuditEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/ai/audit-qa", Hooks.Answered<AskAudit, AuditAnswer>())
        .WithSummary("Ask about the audit log").WithTags("AI");
}
