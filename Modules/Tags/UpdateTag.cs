using Helpdesk.SharedKernel.Text;
using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tags;

/// <summary>Changes a tag. Absent members keep their value.</summary>
/// <param name="Id">The tag's id.</param>
/// <param name="Slug">Its name for programs, unique within the tenant.</param>
/// <param name="Name">Its name for people, 1 to 80 characters.</param>
/// <param name="Color">A colour as <c>#rrggbb</c>.</param>
[Requires(Permission.TagsWrite)]
[Refuses(ErrorKind.NotFound, "tag_not_found")]
[Refuses(ErrorKind.Conflict, "slug_taken")]
public sealed record UpdateTag(
    [FromRoute] long Id, [SingleLine] Optional<string?> Slug, [SingleLine] Optional<string?> Name, [SingleLine] Optional<string?> Color)
    : ICommand<TagView>;

/// <summary>A tag was changed.</summary>
/// <param name="TagId">The tag's id.</param>
/// <param name="Fields">The fields before and after.</param>
public sealed record TagUpdated(long TagId, IReadOnlyDictionary<string, Change> Fields) : DomainEvent("tag.updated", "tag", TagId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Fields;
}

internal sealed class UpdateTagValidator : AbstractValidator<UpdateTag>
{
    public UpdateTagValidator()
    {
        RuleFor(x => x.Slug.Value).Must(slug => slug is not null && Slug.IsValid(slug)).When(x => x.Slug.IsSet)
            .OverridePropertyName("slug").WithMessage(TagLimits.SlugWanted);
        RuleFor(x => x.Name.Value).NotEmpty().MaximumLength(TagLimits.Name).When(x => x.Name.IsSet).OverridePropertyName("name");
        RuleFor(x => x.Color.Value).NotNull().Matches(TagLimits.Color).When(x => x.Color.IsSet)
            .OverridePropertyName("color").WithMessage(TagLimits.ColorWanted);
    }
}

internal sealed class UpdateTagHandler(TagWriter writer, ITaggedTickets tickets)
    : IRequestHandler<UpdateTag, Result<TagView>>
{
    public async Task<Result<TagView>> Handle(UpdateTag request, CancellationToken cancellationToken)
    {
        if (await writer.FindAsync(request.Id, cancellationToken) is not { } before)
            return TagErrors.NotFound;
        var after = writer.Save(before, before with
        {
            Slug = request.Slug.Or(before.Slug)!,
            Name = request.Name.Or(before.Name)!,
            Color = request.Color.Or(before.Color)!.ToLowerInvariant(),
        });
        var counts = await tickets.CountAsync([after.Id], cancellationToken);
        return after.ToView(counts.GetValueOrDefault(after.Id));
    }
}

internal sealed class UpdateTagEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/tags/{id}", Slice.Done<UpdateTag, TagView>())
        .WithSummary("Update a tag").WithTags("Tags");
}
