using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Text;

namespace Helpdesk.Canned;

/// <summary>Changes a canned response. Absent members keep their value; null makes it a response for all queues.</summary>
/// <param name="Id">The response's id.</param>
/// <param name="Slug">Its name for programs, unique within the tenant.</param>
/// <param name="Title">Its name for people, 1 to 160 characters.</param>
/// <param name="BodyMd">The template in Markdown, 1 to 65,535 characters; placeholders are kept as they are.</param>
/// <param name="QueueId">The queue that it is for; null for all.</param>
/// <param name="IsActive">Whether it is offered.</param>
/// <param name="SortOrder">Its place among the others, 0 to 100,000.</param>
[Requires(Permission.CannedWrite)]
[Refuses(ErrorKind.NotFound, "canned_response_not_found")]
[Refuses(ErrorKind.NotFound, "queue_not_found")]
[Refuses(ErrorKind.Conflict, "slug_taken")]
public sealed record UpdateCannedResponse(
    [FromRoute] long Id, [SingleLine] Optional<string?> Slug, [SingleLine] Optional<string?> Title, Optional<string?> BodyMd,
    Optional<long?> QueueId, Optional<bool?> IsActive, Optional<int?> SortOrder) : ICommand<CannedResponseView>;

/// <summary>A canned response was changed.</summary>
/// <param name="ResponseId">The response's id.</param>
/// <param name="Fields">The fields before and after.</param>
public sealed record CannedResponseUpdated(long ResponseId, IReadOnlyDictionary<string, Change> Fields)
    : DomainEvent("canned_response.updated", "canned_response", ResponseId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Fields;
}

internal sealed class UpdateCannedResponseValidator : AbstractValidator<UpdateCannedResponse>
{
    public UpdateCannedResponseValidator()
    {
        RuleFor(x => x.Slug.Value).Must(slug => slug is not null && Slug.IsValid(slug)).When(x => x.Slug.IsSet)
            .OverridePropertyName("slug").WithMessage(CannedLimits.SlugWanted);
        RuleFor(x => x.Title.Value).NotEmpty().MaximumLength(CannedLimits.Title).When(x => x.Title.IsSet).OverridePropertyName("title");
        RuleFor(x => x.BodyMd.Value).NotEmpty().MaximumLength(CannedLimits.Body).When(x => x.BodyMd.IsSet).OverridePropertyName("body_md");
        RuleFor(x => x.IsActive.Value).NotNull().When(x => x.IsActive.IsSet).OverridePropertyName("is_active");
        RuleFor(x => x.SortOrder.Value).NotNull().InclusiveBetween(0, CannedLimits.SortOrder).When(x => x.SortOrder.IsSet)
            .OverridePropertyName("sort_order");
    }
}

internal sealed class UpdateCannedResponseHandler(CannedWriter writer, RequestContext context, IDeskCatalog desks)
    : IRequestHandler<UpdateCannedResponse, Result<CannedResponseView>>
{
    public async Task<Result<CannedResponseView>> Handle(UpdateCannedResponse request, CancellationToken cancellationToken)
    {
        if (await writer.FindAsync(request.Id, cancellationToken) is not { } before)
            return CannedErrors.NotFound;
        if (request.QueueId is { IsSet: true, Value: { } queueId } && (await desks.GetAsync(context.TenantId)).Queue(queueId) is null)
            return CannedErrors.QueueNotFound;
        return writer.Save(before, before with
        {
            Slug = request.Slug.Or(before.Slug)!,
            Title = request.Title.Or(before.Title)!,
            BodyMd = request.BodyMd.Or(before.BodyMd)!,
            QueueId = request.QueueId.Or(before.QueueId),
            IsActive = request.IsActive.Or(before.IsActive)!.Value,
            SortOrder = request.SortOrder.Or(before.SortOrder)!.Value,
        });
    }
}

internal sealed class UpdateCannedResponseEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/canned-responses/{id}", Slice.Done<UpdateCannedResponse, CannedResponseView>())
        .WithSummary("Update a canned response").WithTags("Canned responses");
}
