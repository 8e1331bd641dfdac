using System.Text.Json.Nodes;
using Helpdesk.Canned.Contracts;

namespace Helpdesk.AI;

/// <summary>Drafts the template of a canned response. Nothing is saved.</summary>
/// <param name="Intent">What the response is for, in a line: 1 to 500 characters.</param>
[Feature(AiFeature.HelpdeskCannedGenerate)]
[Requires(Permission.AiWrite)]
[Refuses(ErrorKind.Declined, "gate_blocked")]
[Refuses(ErrorKind.Declined, "no_key")]
[Refuses(ErrorKind.Declined, "malformed_json")]
[Refuses(ErrorKind.Declined, "provider_error")]
[Example("""{"intent": "Tell the customer that the parcel is on its way, and how long it takes"}""")]
public sealed record GenerateCanned([SingleLine] string? Intent) : IHook<CannedDraft>;

/// <summary>A draft of a canned response.</summary>
/// <param name="Text">The template in Markdown, without links and HTML; may hold placeholders such as <c>{{requester.first_name}}</c>.</param>
/// <param name="Usage">What it took.</param>
[Example("""
    {
      "text": "Hello {{requester.first_name}},\n\nyour parcel is on its way and should arrive within three working days.",
      "usage": {"prompt_tokens": 402, "completion_tokens": 61, "model": "claude-haiku-4-5-20251001"}
    }
    """)]
public sealed record CannedDraft(string Text, AiUsage Usage);

internal sealed class GenerateCannedValidator : AbstractValidator<GenerateCanned>
{
    public GenerateCannedValidator() => RuleFor(x => x.Intent).NotEmpty().MaximumLength(500);
}

internal sealed class GenerateCannedHandler(ICannedTemplates templates, HookModel model) : IRequestHandler<GenerateCanned, Result<CannedDraft>>
{
    private const int MostOfTemplate = 4_000;
    private static readonly Prompt Prompt = Prompt.Beside();

    /// <summary>The placeholders that a canned response may hold (mobieus 6.4).</summary>
    internal static readonly string[] Placeholders =
    [
        "requester.first_name", "requester.name", "requester.email", "ticket.reference", "ticket.subject", "ticket.status", "ticket.priority",
        "queue.name", "agent.name", "tenant.name",
    ];

    private static readonly Dictionary<string, string> Themselves = Placeholders.ToDictionary(name => name, name => $"{{{{{name}}}}}");

    private static readonly JsonObject Schema = JsonNode.Parse("""
        {
          "type": "object",
          "properties": {"template": {"type": "string", "description": "The template in Markdown."}},
          "required": ["template"],
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<Result<CannedDraft>> Handle(GenerateCanned request, CancellationToken cancellationToken)
    {
        var data = new Fenced().Add("intent", request.Intent!);
        foreach (var name in Placeholders)
            data.Add("placeholder", Themselves[name]);
        var asked = await model.AskAsync(new Question(Prompt, data, Schema, 1_200, TicketId: null), Read, cancellationToken);
        return asked.TryGet(out var answer) ? new CannedDraft(answer.Value, answer.Usage) : asked.Error!;
    }

    /// <summary>Placeholders that there are stand for themselves; others would be nothing when the response is used, so they are nothing now.</summary>
    private string Read(ToolInput input) => input.Text("template", MostOfTemplate, text => templates.Render(text, Themselves));
}

internal sealed class GenerateCannedEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/ai/canned-generate", Hooks.Answered<GenerateCanned, CannedDraft>())
        .WithSummary("Draft a canned response").WithTags("AI");
}
