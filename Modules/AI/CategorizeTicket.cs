using System.Text.Json.Nodes;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.AI;

/// <summary>Finds the help topic and the queue that a ticket belongs to. The ticket stays as it is.</summary>
/// <param name="TicketId">The ticket's id.</param>
[Feature(AiFeature.HelpdeskCategorize)]
[Requires(Permission.AiWrite)]
[Refuses(ErrorKind.Declined, "gate_blocked")]
[Refuses(ErrorKind.Declined, "no_key")]
[Refuses(ErrorKind.Declined, "ticket_not_found")]
[Refuses(ErrorKind.Declined, "malformed_json")]
[Refuses(ErrorKind.Declined, "provider_error")]
public sealed record CategorizeTicket(long? TicketId) : IHook<TicketCategories>;

/// <summary>Where a ticket belongs.</summary>
/// <param name="Data">The finding.</param>
/// <param name="Usage">What it took.</param>
public sealed record TicketCategories(TicketCategory Data, AiUsage Usage);

/// <summary>The help topic and the queue that a ticket belongs to.</summary>
/// <param name="HelpTopicId">An active help topic of this helpdesk; null when none fits.</param>
/// <param name="QueueId">An active queue of this helpdesk; null when none fits.</param>
/// <param name="Confidence">How sure the model is, 0 to 1.</param>
/// <param name="Reasoning">Why, in a sentence or two.</param>
[Example("""
    {"help_topic_id": 190517205508096, "queue_id": 190517204557824, "confidence": 0.86, "reasoning": "The requester asks for an invoice to be sent again."}
    """)]
public sealed record TicketCategory(long? HelpTopicId, long? QueueId, double Confidence, string Reasoning);

internal sealed class CategorizeTicketValidator : AbstractValidator<CategorizeTicket>
{
    public CategorizeTicketValidator() => RuleFor(x => x.TicketId).NotNull();
}

internal sealed class CategorizeTicketHandler(TenantDb db, ITicketThreads threads, IDeskCatalog desks, TicketFacts facts, HookModel model)
    : IRequestHandler<CategorizeTicket, Result<TicketCategories>>
{
    private static readonly Prompt Prompt = Prompt.Beside();

    public async Task<Result<TicketCategories>> Handle(CategorizeTicket request, CancellationToken cancellationToken)
    {
        if (await threads.FindAsync(request.TicketId!.Value, cancellationToken) is not { } thread)
            return AiErrors.TicketNotFound;
        var desk = await desks.GetAsync(db.TenantId);
        // The model chooses among slugs: an id is a number of fifteen digits, which models get wrong.
        var topics = desk.Topics.Where(topic => topic.IsActive).ToDictionary(topic => topic.Slug, topic => topic.Id);
        var queues = desk.Queues.Where(queue => queue.IsActive).ToDictionary(queue => queue.Slug, queue => queue.Id);
        var data = await facts.DescribeAsync(thread, _ => true);
        foreach (var topic in desk.Topics.Where(topic => topic.IsActive))
            data.Add("help_topic", new { Key = topic.Slug, topic.Name, Queue = topic.QueueId is { } id ? desk.Queue(id)?.Slug : null });
        foreach (var queue in desk.Queues.Where(queue => queue.IsActive))
            data.Add("queue", new { Key = queue.Slug, queue.Name, Description = Fenced.Fit(queue.Description, 100) });

        var asked = await model.AskAsync(new Question(Prompt, data, SchemaOf(topics.Keys, queues.Keys), 500, thread.Id), Read, cancellationToken);
        return asked.TryGet(out var answer) ? new TicketCategories(answer.Value, answer.Usage) : asked.Error!;

        TicketCategory Read(ToolInput input) => new(
            input.ChoiceOf("help_topic", topics), input.ChoiceOf("queue", queues), input.Number("confidence", 0, 1), input.Text("reasoning", 500));
    }

    private static JsonObject SchemaOf(IEnumerable<string> topics, IEnumerable<string> queues) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["help_topic"] = new JsonObject { ["enum"] = Keys(topics), ["description"] = "The key of the help topic that fits best; null when none does." },
            ["queue"] = new JsonObject { ["enum"] = Keys(queues), ["description"] = "The key of the queue that fits best; null when none does." },
            ["confidence"] = new JsonObject { ["type"] = "number", ["description"] = "How sure you are, from 0 to 1." },
            ["reasoning"] = new JsonObject { ["type"] = "string", ["description"] = "Why, in one or two sentences." },
        },
        ["required"] = new JsonArray("help_topic", "queue", "confidence", "reasoning"),
        ["additionalProperties"] = false,
    };

    private static JsonArray Keys(IEnumerable<string> keys) => [.. keys.Select(key => (JsonNode?)key), null];
}

internal sealed class CategorizeTicketEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/ai/categorize", Hooks.Answered<CategorizeTicket, TicketCategories>())
        .WithSummary("Find the topic and queue of a ticket").WithTags("AI");
}
