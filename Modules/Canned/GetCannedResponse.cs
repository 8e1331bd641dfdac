namespace Helpdesk.Canned;

/// <summary>One canned response of the tenant, its placeholders as they are.</summary>
/// <param name="Id">The response's id.</param>
[Requires(Permission.CannedRead)]
[Refuses(ErrorKind.NotFound, "canned_response_not_found")]
public sealed record GetCannedResponse([FromRoute] long Id) : IQuery<CannedResponseView>;

internal sealed class GetCannedResponseHandler(CannedWriter responses) : IRequestHandler<GetCannedResponse, Result<CannedResponseView>>
{
    public async Task<Result<CannedResponseView>> Handle(GetCannedResponse request, CancellationToken cancellationToken) =>
        await responses.FindAsync(request.Id, cancellationToken) is { } found ? found : CannedErrors.NotFound;
}

internal sealed class GetCannedResponseEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/canned-responses/{id}", Slice.Found<GetCannedResponse, CannedResponseView>())
        .WithSummary("Get a canned response").WithTags("Canned responses");
}
