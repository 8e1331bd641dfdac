using Helpdesk.Desk.Contracts;

namespace Helpdesk.Headoni;

/// <summary>The departments of the desk, private ones included (headoni 4.4), in the desk's order. They are its queues that take tickets.</summary>
[Requires(Permission.DeskRead)]
public sealed record ListDepartments : IQuery<DepartmentList>;

/// <summary>All departments.</summary>
/// <param name="Departments">The departments, in the desk's order.</param>
public sealed record DepartmentList(IReadOnlyList<Department> Departments);

/// <summary>A department.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="IsDefault">Whether tickets go here when nothing says otherwise.</param>
/// <param name="IsPublicToUsers">Whether people who ask may know of it.</param>
[Example("""{"id": "190517204561920", "name": "Support", "isDefault": true, "isPublicToUsers": true}""")]
public sealed record Department(string Id, string Name, bool IsDefault, bool IsPublicToUsers);

internal sealed class ListDepartmentsHandler(IDeskCatalog catalog, RequestContext context) : IRequestHandler<ListDepartments, Result<DepartmentList>>
{
    public async Task<Result<DepartmentList>> Handle(ListDepartments request, CancellationToken cancellationToken) =>
        new DepartmentList([.. Of(await catalog.GetAsync(context.TenantId))]);

    internal static IEnumerable<Department> Of(DeskSetup desk) => desk.Queues.Where(queue => queue.IsActive)
        .Select(queue => new Department(TicketShapes.Text(queue.Id), queue.Name, queue.IsDefault, queue.IsPublic));
}

internal sealed class ListDepartmentsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/departments", HeadoniSlice.Of<ListDepartments, DepartmentList>())
        .WithSummary("List departments").WithTags("Desk");
}
