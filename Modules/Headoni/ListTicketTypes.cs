using Helpdesk.Desk.Contracts;

namespace Helpdesk.Headoni;

/// <summary>The ticket types of the desk, internal ones included (headoni 4.5), in the desk's order. They are its help topics that are in use.</summary>
[Requires(Permission.DeskRead)]
public sealed record ListTicketTypes : IQuery<TicketTypeList>;

/// <summary>All ticket types.</summary>
/// <param name="TicketTypes">The types, in the desk's order.</param>
public sealed record TicketTypeList(IReadOnlyList<TicketType> TicketTypes);

/// <summary>A ticket type.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="IsInternal">Whether it is for the team alone.</param>
/// <param name="IsDefault">Whether tickets are filed under it when nothing says otherwise; at most one is.</param>
[Example("""{"id": "190517204578304", "name": "Question", "isInternal": false, "isDefault": true}""")]
public sealed record TicketType(string Id, string Name, bool IsInternal, bool IsDefault);

internal sealed class ListTicketTypesHandler(IDeskCatalog catalog, RequestContext context) : IRequestHandler<ListTicketTypes, Result<TicketTypeList>>
{
    public async Task<Result<TicketTypeList>> Handle(ListTicketTypes request, CancellationToken cancellationToken) =>
        new TicketTypeList([.. Of(await catalog.GetAsync(context.TenantId))]);

    internal static IEnumerable<TicketType> Of(DeskSetup desk) => desk.Topics.Where(topic => topic.IsActive)
        .Select(topic => new TicketType(TicketShapes.Text(topic.Id), topic.Name, topic.IsInternal, topic.IsDefault));
}

internal sealed class ListTicketTypesEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/ticket-types", HeadoniSlice.Of<ListTicketTypes, TicketTypeList>())
        .WithSummary("List ticket types").WithTags("Desk");
}
