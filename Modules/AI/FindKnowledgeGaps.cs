using System.ComponentModel;
using System.Text.Json.Nodes;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.AI;

/// <summary>
/// Questions that requesters ask again and again, or that stay unresolved: what an article should answer. The server itself finds which tickets ask
/// the same; the model only puts the largest clusters into words.
/// </summary>
/// <param name="Days">How far to look back, in days: 1 to 365, 30 when absent.</param>
[Feature(AiFeature.HelpdeskKnowledgeGaps)]
[Requires(Permission.AiAdmin)]
[Refuses(ErrorKind.Declined, "gate_blocked")]
[Refuses(ErrorKind.Declined, "no_key")]
[Refuses(ErrorKind.Declined, "malformed_json")]
[Refuses(ErrorKind.Declined, "provider_error")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record FindKnowledgeGaps([DefaultValue(30)] int? Days) : IQuery<KnowledgeGaps>, IHook;

/// <summary>What articles should answer.</summary>
/// <param name="Data">The finding.</param>
/// <param name="Usage">What it took; nothing where no question was asked twice.</param>
public sealed record KnowledgeGaps(KnowledgeGapList Data, AiUsage Usage);

/// <summary>The gaps.</summary>
/// <param name="Gaps">At most ten, the largest first.</param>
public sealed record KnowledgeGapList(IReadOnlyList<KnowledgeGap> Gaps);

/// <summary>A question that is asked again and again.</summary>
/// <param name="Topic">What it is about, in a word or two.</param>
/// <param name="Question">The question, as a requester would ask it.</param>
/// <param name="TicketCount">How many tickets ask it.</param>
/// <param name="TicketIds">The ids of these tickets, newest first, at most 100.</param>
/// <param name="SuggestedTitle">A title for the article that would answer it.</param>
[Example("""
    {
      "topic": "Password reset", "question": "Why does the link for a new password say that it has expired?", "ticket_count": 41,
      "ticket_ids": [190517221347328, 190517217153024], "suggested_title": "Getting a new password when the link has expired"
    }
    """)]
public sealed record KnowledgeGap(string Topic, string Question, int TicketCount, IReadOnlyList<long> TicketIds, string SuggestedTitle);

internal sealed class FindKnowledgeGapsValidator : AbstractValidator<FindKnowledgeGaps>
{
    public FindKnowledgeGapsValidator() => RuleFor(x => x.Days).InclusiveBetween(1, 365);
}

internal sealed class FindKnowledgeGapsHandler(TenantDb db, ITicketThreads threads, ITicketReader tickets, HookModel model, TimeProvider clock)
    : IRequestHandler<FindKnowledgeGaps, Result<KnowledgeGaps>>
{
    private const int UsualDays = 30;
    private const int MostTickets = 50_000;
    private const int MostGaps = 10;
    private const int MostIds = 100;
    private const int Examples = 4;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);
    private static readonly SemaphoreSlim Turn = new(1);
    private static readonly Prompt Prompt = Prompt.Beside();

    public async Task<Result<KnowledgeGaps>> Handle(FindKnowledgeGaps request, CancellationToken cancellationToken)
    {
        var clusters = await ClustersAsync(request.Days ?? UsualDays, cancellationToken);
        if (clusters.Count == 0)
            return new KnowledgeGaps(new KnowledgeGapList([]), await model.UnaskedAsync(cancellationToken));

        var data = await DescribeAsync(clusters, cancellationToken);
        var answer = await model.AskAsync(new Question(Prompt, data, SchemaOf(clusters.Count), 2_000, TicketId: null), Read, cancellationToken);
        return answer.TryGet(out var named) ? new KnowledgeGaps(new KnowledgeGapList(named.Value), named.Usage) : answer.Error!;

        List<KnowledgeGap> Read(ToolInput input)
        {
            var keys = Enumerable.Range(0, clusters.Count).ToDictionary(KeyOf);
            return [.. input.Objects("gaps", gap => (At: ClusterOf(gap, keys), Topic: gap.Text("topic", 80),
                    Question: gap.Text("question", 300), Title: gap.Text("suggested_title", 160)))
                .DistinctBy(gap => gap.At).OrderBy(gap => gap.At)
                .Select(gap => new KnowledgeGap(gap.Topic, gap.Question, clusters[gap.At].Questions.Count, IdsOf(clusters[gap.At]), gap.Title))];
        }
    }

    /// <summary>What was asked most, found by one request of the process at a time: it takes a core, and the memory for tens of thousands of questions.</summary>
    private async Task<List<QuestionCluster>> ClustersAsync(int days, CancellationToken ct)
    {
        if (!await Turn.WaitAsync(LongestWait, ct))
            throw new TimeoutException("Others look for knowledge gaps at present.");
        try
        {
            var since = clock.GetUtcNow().UtcDateTime.AddDays(-days);
            var asked = await threads.FirstMessagesAsync(since, MostTickets, AskedQuestion.Of, ct);
            return [.. QuestionClusters.Of(asked, ct).Take(MostGaps)];
        }
        finally
        {
            Turn.Release();
        }
    }

    private static int ClusterOf(ToolInput gap, Dictionary<string, int> keys)
    {
        if (gap.ChoiceOf("cluster", keys) is { } at)
            return at;
        gap.Refuse("cluster must be one of the keys in the schema.");
        return 0;
    }

    private static string KeyOf(int cluster) => $"c{cluster + 1}";

    private static long[] IdsOf(QuestionCluster cluster) => [.. cluster.Questions.Take(MostIds).Select(question => question.TicketId)];

    /// <summary>Some of the questions of each cluster: what requesters wrote first, in public, and nothing else of their tickets.</summary>
    private async Task<Fenced> DescribeAsync(List<QuestionCluster> clusters, CancellationToken ct)
    {
        var shown = clusters.SelectMany(cluster => cluster.Questions.Take(Examples)).ToList();
        var facts = await tickets.ReadAsync(db.TenantId, [.. shown.Select(one => one.TicketId)], [.. shown.Select(one => one.MessageId)], ct);
        var data = new Fenced();
        for (var i = 0; i < clusters.Count; i++)
        {
            data.Add("cluster", new { Key = KeyOf(i), Tickets = clusters[i].Questions.Count, Unresolved = clusters[i].Weight - clusters[i].Questions.Count });
            foreach (var one in clusters[i].Questions.Take(Examples))
            {
                if (facts.Tickets.TryGetValue(one.TicketId, out var ticket) && facts.Messages.TryGetValue(one.MessageId, out var message))
                    data.Add("example", new { Cluster = KeyOf(i), Subject = Fenced.Fit(ticket.Subject, 80), Text = Fenced.Fit(message.BodyMd, 200) });
            }
        }

        return data;
    }

    private static JsonObject SchemaOf(int clusters) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["gaps"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject
                    {
                        ["cluster"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. Enumerable.Range(0, clusters).Select(i => (JsonNode)KeyOf(i))]) },
                        ["topic"] = TextOf("What it is about, in one to three words."),
                        ["question"] = TextOf("The question, as a customer would ask it."),
                        ["suggested_title"] = TextOf("A title for the article that would answer it."),
                    },
                    ["required"] = new JsonArray("cluster", "topic", "question", "suggested_title"),
                    ["additionalProperties"] = false,
                },
            },
        },
        ["required"] = new JsonArray("gaps"),
        ["additionalProperties"] = false,
    };

    private static JsonObject TextOf(string description) => new() { ["type"] = "string", ["description"] = description };
}

internal sealed class FindKnowledgeGapsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/ai/knowledge-gaps", Hooks.Answered<FindKnowledgeGaps, KnowledgeGaps>())
        .WithSummary("Find questions that nothing answers").WithTags("AI");
}
