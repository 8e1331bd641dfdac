using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Text;

namespace Helpdesk.Canned;

/// <summary>Adds a canned response to the tenant.</summary>
/// <param name="Slug">Its name for programs, unique within the tenant.</param>
/// <param name="Title">Its name for people, 1 to 160 characters.</param>
/// <param name="BodyMd">The template in Markdown, 1 to 65,535 characters; placeholders are kept as they are.</param>
/// <param name="QueueId">The queue that it is for; null for all.</param>
/// <param name="IsActive">Whether it is offered; true when absent.</param>
/// <param name="SortOrder">Its place among the others, 0 to 100,000; 100 when absent.</param>
[Requires(Permission.CannedWrite)]
[Refuses(ErrorKind.Conflict, "slug_taken")]
[Refuses(ErrorKind.NotFound, "queue_not_found")]
public sealed record CreateCannedResponse(
    [SingleLine] string? Slug, [SingleLine] string? Title, string? BodyMd, long? QueueId, bool? IsActive, int? SortOrder)
    : ICommand<CannedResponseView>;

/// <summary>A canned response (mobieus 6.4).</summary>
/// <param name="Id">The response's id.</param>
/// <param name="Slug">Its name for programs.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="BodyMd">The template in Markdown, placeholders as they are.</param>
/// <param name="QueueId">The queue that it is for; null for all.</param>
/// <param name="IsActive">Whether it is offered.</param>
/// <param name="SortOrder">Its place among the others.</param>
/// <param name="UseCount">How many replies were composed from it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record CannedResponseView(
    long Id, string Slug, string Title, string BodyMd, long? QueueId, bool IsActive, int SortOrder, long UseCount, DateTime CreatedAt,
    DateTime UpdatedAt);

/// <summary>A canned response was added.</summary>
/// <param name="ResponseId">The response's id.</param>
/// <param name="Slug">Its name for programs.</param>
public sealed record CannedResponseCreated(long ResponseId, string Slug)
    : DomainEvent("canned_response.created", "canned_response", ResponseId)
{
    /// <inheritdoc/>
    public override object Payload => new { Slug };
}

internal sealed class CreateCannedResponseValidator : AbstractValidator<CreateCannedResponse>
{
    public CreateCannedResponseValidator()
    {
        RuleFor(x => x.Slug).NotEmpty();
        RuleFor(x => x.Slug).Must(slug => Slug.IsValid(slug!)).When(x => !string.IsNullOrEmpty(x.Slug)).WithMessage(CannedLimits.SlugWanted);
        RuleFor(x => x.Title).NotEmpty().MaximumLength(CannedLimits.Title);
        RuleFor(x => x.BodyMd).NotEmpty().MaximumLength(CannedLimits.Body);
        RuleFor(x => x.SortOrder).InclusiveBetween(0, CannedLimits.SortOrder);
    }
}

internal sealed class CreateCannedResponseHandler(CannedWriter writer, RequestContext context, Ids ids, IDeskCatalog desks, TimeProvider clock)
    : IRequestHandler<CreateCannedResponse, Result<CannedResponseView>>
{
    public async Task<Result<CannedResponseView>> Handle(CreateCannedResponse request, CancellationToken cancellationToken)
    {
        if (request.QueueId is { } queueId && (await desks.GetAsync(context.TenantId)).Queue(queueId) is null)
            return CannedErrors.QueueNotFound;
        var now = clock.GetUtcNow().UtcDateTime;
        return writer.Save(null, new CannedResponseView(
            ids.Next(), request.Slug!, request.Title!, request.BodyMd!, request.QueueId, request.IsActive ?? true,
            request.SortOrder ?? CannedLimits.DefaultSortOrder, 0, now, now));
    }
}

internal sealed class CreateCannedResponseEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/canned-responses", Slice.Created<CreateCannedResponse, CannedResponseView>())
        .WithSummary("Create a canned response").WithTags("Canned responses");
}
