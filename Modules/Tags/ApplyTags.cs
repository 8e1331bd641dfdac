using Helpdesk.SharedKernel.Text;

namespace Helpdesk.Tags;

/// <summary>Brings tags to what a file of the operator tells. Tags are known by their slug; what the file does not name stays.</summary>
/// <param name="Tags">The tags to add or change.</param>
/// <param name="DryRun">Whether only to say what would change.</param>
[Requires(Permission.Operate)]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ApplyTags(IReadOnlyList<TagEntry> Tags, bool DryRun) : ICommand<IReadOnlyList<Difference>>;

/// <summary>A tag in a file.</summary>
/// <param name="Slug">Its name for programs; says which tag it is.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Color">A colour as <c>#rrggbb</c>; a neutral grey for a new one.</param>
public sealed record TagEntry([SingleLine] string? Slug, [SingleLine] Optional<string?> Name, [SingleLine] Optional<string?> Color);

internal sealed class ApplyTagsValidator : AbstractValidator<ApplyTags>
{
    public ApplyTagsValidator() => RuleForEach(x => x.Tags).NotNull().ChildRules(tag =>
    {
        tag.RuleFor(x => x.Slug).Must(slug => slug is not null && Slug.IsValid(slug)).WithMessage(TagLimits.SlugWanted);
        tag.RuleFor(x => x.Name.Value).NotEmpty().MaximumLength(TagLimits.Name).When(x => x.Name.IsSet).OverridePropertyName("name");
        tag.RuleFor(x => x.Color.Value).NotNull().Matches(TagLimits.Color).When(x => x.Color.IsSet)
            .OverridePropertyName("color").WithMessage(TagLimits.ColorWanted);
    });
}

internal sealed class ApplyTagsHandler(TenantDb db, TagWriter writer, Ids ids, TimeProvider clock)
    : IRequestHandler<ApplyTags, Result<IReadOnlyList<Difference>>>
{
    private const string ListSql = $"select {TagRow.Columns} from tags.tag where tenant_id = @TenantId";

    public async Task<Result<IReadOnlyList<Difference>>> Handle(ApplyTags request, CancellationToken cancellationToken)
    {
        var present = (await db.ListAsync<TagRow>(ListSql, new { db.TenantId }, cancellationToken)).ToDictionary(tag => tag.Slug);
        var (differences, faults, named) = (new List<Difference>(), new Dictionary<string, string[]>(), new HashSet<string>());
        foreach (var (i, entry) in request.Tags.Index())
        {
            var before = present.GetValueOrDefault(entry.Slug!);
            if (!named.Add(entry.Slug!))
                faults[$"tags[{i}].slug"] = ["is there twice."];
            else if (before is null && !entry.Name.IsSet)
                faults[$"tags[{i}].name"] = ["is required for a new tag."];
            else if (Apply(entry, before, request.DryRun) is { } difference)
                differences.Add(difference);
        }

        return faults.Count > 0 ? Error.Invalid(faults) : differences;
    }

    private Difference? Apply(TagEntry entry, TagRow? before, bool dryRun)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var after = (before ?? new TagRow(ids.Next(), entry.Slug!, "", TagLimits.DefaultColor, now, now)) with
        {
            Name = entry.Name.Or(before?.Name)!,
            Color = entry.Color.Or(before?.Color ?? TagLimits.DefaultColor)!.ToLowerInvariant(),
        };
        var fields = TagWriter.Changes(before, after);
        if (fields.Count == 0)
            return null;
        if (!dryRun)
            writer.Save(before, after);
        return new("tag", after.Slug, before is null, fields);
    }
}
