using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Text;

namespace Helpdesk.Canned;

/// <summary>Brings canned responses to what a file of the operator tells. They are known by their slug; what the file does not name stays.</summary>
/// <param name="CannedResponses">The canned responses to add or change.</param>
/// <param name="NewQueues">Slugs of queues that the same file adds: a dry run may name them before they are there.</param>
/// <param name="DryRun">Whether only to say what would change.</param>
[Requires(Permission.Operate)]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ApplyCannedResponses(IReadOnlyList<CannedResponseEntry> CannedResponses, IReadOnlyCollection<string> NewQueues, bool DryRun)
    : ICommand<IReadOnlyList<Difference>>;

/// <summary>A canned response in a file.</summary>
/// <param name="Slug">Its name for programs; says which response it is.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="BodyMd">The template in Markdown.</param>
/// <param name="Queue">The slug of the queue that it is for; null for all.</param>
/// <param name="IsActive">Whether it is offered; true for a new one.</param>
/// <param name="SortOrder">Its place among the others; 100 for a new one.</param>
public sealed record CannedResponseEntry(
    [SingleLine] string? Slug, [SingleLine] Optional<string?> Title, Optional<string?> BodyMd, Optional<string?> Queue, Optional<bool> IsActive,
    Optional<int> SortOrder);

internal sealed class ApplyCannedResponsesValidator : AbstractValidator<ApplyCannedResponses>
{
    public ApplyCannedResponsesValidator() => RuleForEach(x => x.CannedResponses).NotNull().ChildRules(entry =>
    {
        entry.RuleFor(x => x.Slug).Must(slug => slug is not null && Slug.IsValid(slug)).WithMessage(CannedLimits.SlugWanted);
        entry.RuleFor(x => x.Title.Value).NotEmpty().MaximumLength(CannedLimits.Title).When(x => x.Title.IsSet).OverridePropertyName("title");
        entry.RuleFor(x => x.BodyMd.Value).NotEmpty().MaximumLength(CannedLimits.Body).When(x => x.BodyMd.IsSet).OverridePropertyName("body_md");
        entry.RuleFor(x => x.SortOrder.Value).InclusiveBetween(0, CannedLimits.SortOrder).When(x => x.SortOrder.IsSet)
            .OverridePropertyName("sort_order");
    });
}

internal sealed class ApplyCannedResponsesHandler(TenantDb db, CannedWriter writer, Ids ids, IDeskCatalog desks, TimeProvider clock)
    : IRequestHandler<ApplyCannedResponses, Result<IReadOnlyList<Difference>>>
{
    // One by one, because bodies are large and a file names few of many.
    private const string FindSql = $"select {CannedWriter.Columns} from canned.response r where r.tenant_id = @TenantId and r.slug = @Slug";

    private readonly Dictionary<string, string[]> _faults = [];

    public async Task<Result<IReadOnlyList<Difference>>> Handle(ApplyCannedResponses request, CancellationToken cancellationToken)
    {
        _faults.Clear();
        var queues = (await desks.GetAsync(db.TenantId)).Queues.ToDictionary(queue => queue.Slug, queue => queue.Id);
        // A queue that is only planned has no id yet; one that no queue has will do for telling the difference.
        if (request.DryRun)
        {
            foreach (var (i, slug) in request.NewQueues.Index())
                queues.TryAdd(slug, -1 - i);
        }

        var (differences, named) = (new List<Difference>(), new HashSet<string>());
        foreach (var (i, entry) in request.CannedResponses.Index())
        {
            var before = await db.SingleOrDefaultAsync<CannedResponseView>(FindSql, new { db.TenantId, entry.Slug }, cancellationToken);
            var path = $"canned_responses[{i}]";
            Require(named.Add(entry.Slug!), $"{path}.slug", "is there twice.");
            Require(before is not null || entry.Title.IsSet, $"{path}.title", "is required for a new canned response.");
            Require(before is not null || entry.BodyMd.IsSet, $"{path}.body_md", "is required for a new canned response.");
            Require(entry.Queue.Value is null || queues.ContainsKey(entry.Queue.Value), $"{path}.queue",
                $"names the queue '{entry.Queue.Value}', which there is not.");
            if (_faults.Count == 0 && Apply(entry, before, queues, request.DryRun) is { } difference)
                differences.Add(difference);
        }

        return _faults.Count > 0 ? Error.Invalid(_faults) : differences;
    }

    private Difference? Apply(CannedResponseEntry entry, CannedResponseView? before, Dictionary<string, long> queues, bool dryRun)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var present = before
            ?? new CannedResponseView(ids.Next(), entry.Slug!, "", "", null, true, CannedLimits.DefaultSortOrder, 0, now, now);
        var after = present with
        {
            Title = entry.Title.Or(present.Title)!,
            BodyMd = entry.BodyMd.Or(present.BodyMd)!,
            QueueId = entry.Queue.IsSet ? entry.Queue.Value is { } slug ? queues[slug] : null : present.QueueId,
            IsActive = entry.IsActive.Or(present.IsActive),
            SortOrder = entry.SortOrder.Or(present.SortOrder),
        };
        var fields = Change.Between(
            ("title", before?.Title, after.Title), ("body_md", before?.BodyMd, after.BodyMd),
            ("queue", SlugOf(before?.QueueId), SlugOf(after.QueueId)), ("is_active", before?.IsActive, after.IsActive),
            ("sort_order", before?.SortOrder, after.SortOrder));
        if (fields.Count == 0)
            return null;
        if (!dryRun)
            writer.Save(before, after);
        return new("canned response", after.Slug, before is null, fields);

        string? SlugOf(long? id) => queues.FirstOrDefault(queue => queue.Value == id).Key;
    }

    private void Require(bool isGiven, string path, string reason)
    {
        if (!isGiven)
            _faults.TryAdd(path, [reason]);
    }
}
