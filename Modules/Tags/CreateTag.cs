using Helpdesk.SharedKernel.Text;

namespace Helpdesk.Tags;

/// <summary>Adds a tag to the tenant.</summary>
/// <param name="Slug">Its name for programs, unique within the tenant; made from the name when absent.</param>
/// <param name="Name">Its name for people, 1 to 80 characters.</param>
/// <param name="Color">A colour as <c>#rrggbb</c>; a neutral grey when absent.</param>
[Requires(Permission.TagsWrite)]
[Refuses(ErrorKind.Conflict, "slug_taken")]
public sealed record CreateTag([SingleLine] string? Slug, [SingleLine] string? Name, [SingleLine] string? Color) : ICommand<TagView>;

/// <summary>A tag (mobieus 6.5).</summary>
/// <param name="Id">The tag's id.</param>
/// <param name="Slug">Its name for programs.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Color">A colour as <c>#rrggbb</c>, lower case.</param>
/// <param name="TicketCount">How many tickets carry it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record TagView(long Id, string Slug, string Name, string Color, long TicketCount, DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>A tag was added.</summary>
/// <param name="TagId">The tag's id.</param>
/// <param name="Slug">Its name for programs.</param>
public sealed record TagCreated(long TagId, string Slug) : DomainEvent("tag.created", "tag", TagId)
{
    /// <inheritdoc/>
    public override object Payload => new { Slug };
}

internal sealed class CreateTagValidator : AbstractValidator<CreateTag>
{
    public CreateTagValidator()
    {
        RuleFor(x => x.Name).NotEmpty().MaximumLength(TagLimits.Name);
        RuleFor(x => x.Slug).Must(slug => Slug.IsValid(slug!)).When(x => x.Slug is not null).WithMessage(TagLimits.SlugWanted);
        RuleFor(x => x.Name).Must(name => Slug.From(name!).Length > 0).When(x => x.Slug is null && !string.IsNullOrEmpty(x.Name))
            .WithMessage("has no letter or digit to make a slug of; give a slug.");
        RuleFor(x => x.Color).Matches(TagLimits.Color).When(x => x.Color is not null).WithMessage(TagLimits.ColorWanted);
    }
}

internal sealed class CreateTagHandler(TagWriter writer, Ids ids, TimeProvider clock)
    : IRequestHandler<CreateTag, Result<TagView>>
{
    public Task<Result<TagView>> Handle(CreateTag request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var slug = request.Slug ?? Slug.From(request.Name!);
        var tag = new TagRow(
            ids.Next(), slug, request.Name!, request.Color?.ToLowerInvariant() ?? TagLimits.DefaultColor, now, now);
        return Task.FromResult<Result<TagView>>(writer.Save(null, tag).ToView(ticketCount: 0));
    }
}

internal sealed class CreateTagEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/tags", Slice.Created<CreateTag, TagView>())
        .WithSummary("Create a tag").WithTags("Tags");
}
