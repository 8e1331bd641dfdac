using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tickets;

namespace Helpdesk.Headoni;

/// <summary>
/// Creates a ticket with its first public message (headoni 4.1). Who asks is the person with the address, who is added on first use; the token
/// is only the way in. Where nothing is said, the ticket goes to the default department and is filed under the default type, if the desk has one.
/// </summary>
/// <param name="Email">Who asks; in any letter case.</param>
/// <param name="Subject">What it is about. White space around it is cut off, line breaks become spaces.</param>
/// <param name="Body">The first message, in Markdown.</param>
/// <param name="Name">The person's name, when the address is new; what stands before the @ when absent.</param>
/// <param name="Priority">How pressing it is.</param>
/// <param name="DepartmentId">The department, public or private.</param>
/// <param name="TicketTypeId">The ticket type, internal ones included.</param>
[Refuses(ErrorKind.Invalid, "department_not_found")]
[Refuses(ErrorKind.Invalid, "ticket_type_not_found")]
[Example("""{"email": "ada@example.com", "subject": "Cannot sign in", "body": "The link in the mail says that it has **expired**."}""", Title = "The least")]
[Example("""
    {
      "email": "ada@example.com", "name": "Ada Lovelace", "subject": "Cannot sign in", "body": "The link in the mail says that it has **expired**.",
      "priority": "high", "departmentId": "190517204561920", "ticketTypeId": "190517204578304"
    }
    """, Title = "With everything")]
public sealed record SubmitTicket(
    [EmailAddress, StringLength(SubmitTicket.MostEmail)] string Email, [StringLength(SubmitTicket.MostSubject, MinimumLength = 1)] string Subject,
    [StringLength(SubmitTicket.MostBody, MinimumLength = 1)] string Body, [StringLength(SubmitTicket.MostName)] string? Name = null,
    [DefaultValue(Priority.Normal)] Priority? Priority = null, [RegularExpression(SubmitTicket.Digits), Example("190517204561920")] string? DepartmentId = null,
    [RegularExpression(SubmitTicket.Digits), Example("190517204578304")] string? TicketTypeId = null)
{
    internal const int MostEmail = 255;
    internal const int MostName = 120;
    internal const int MostSubject = 500;
    internal const int MostBody = 50_000;
    internal const string Digits = "^[0-9]+$";
}

/// <summary>What is told of a ticket that was just created.</summary>
/// <param name="Ticket">The ticket.</param>
public sealed record SubmittedTicket(CreatedShape Ticket);

/// <summary>A ticket that was just created.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its number on this desk, as people see it.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Priority">How pressing it is.</param>
/// <param name="Requester">Who asks.</param>
[Example("""
    {"id": "190517221347328", "number": 1247, "subject": "Cannot sign in", "priority": "normal", "requester": {"email": "ada@example.com"}}
    """)]
public sealed record CreatedShape(string Id, LateInt Number, string Subject, Priority Priority, AddressShape Requester);

/// <summary>Who asks, by the address alone: whether the person was known here is not told.</summary>
/// <param name="Email">Address, lower case.</param>
public sealed record AddressShape(string Email);

internal sealed class SubmitTicketEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/tickets", HeadoniSlice.Of<SubmitTicket, CreateTicket, TicketView, SubmittedTicket>(StatusCodes.Status201Created, BindAsync, Show))
        .WithSummary("Create a ticket").WithTags("Tickets");

    private static async ValueTask<Result<CreateTicket>> BindAsync(HttpContext http, byte[] body)
    {
        var opened = Checks.OfBody(body);
        if (!opened.TryGet(out var checks))
            return opened.Error!;
        var email = checks.Email("email", checks.Text("email", isRequired: true), SubmitTicket.MostEmail);
        var name = checks.Length("name", OneLine(checks.Text("name")), 0, SubmitTicket.MostName);
        var subject = checks.Length("subject", OneLine(checks.Text("subject", isRequired: true)), 1, SubmitTicket.MostSubject);
        var text = checks.Length("body", checks.Text("body", isRequired: true), 1, SubmitTicket.MostBody);
        var priority = checks.Enum<Priority>("priority");
        var departmentId = checks.Id("departmentId", checks.Text("departmentId"));
        var ticketTypeId = checks.Id("ticketTypeId", checks.Text("ticketTypeId"));
        if (checks.Issues.Count > 0)
            return HeadoniErrors.InvalidBody(checks.Issues);

        var tenantId = http.Context().TenantId;
        var desk = await http.RequestServices.GetRequiredService<IDeskCatalog>().GetAsync(tenantId);
        // The type's own queue and priority are for those who can see what they choose; here everything is said, or has the desk's default.
        var department = departmentId is { } queueId ? desk.Queue(queueId) : desk.DefaultQueue;
        if (department is not { IsActive: true })
            return HeadoniErrors.DepartmentNotFound;
        var ticketType = ticketTypeId is { } topicId ? desk.Topic(topicId) : desk.DefaultTopic;
        if (ticketType is { IsActive: false } || (ticketType is null && ticketTypeId is not null))
            return HeadoniErrors.TicketTypeNotFound;
        return new CreateTicket(
            subject, text, null, new RequesterInput(email, name), null, ticketType?.Id, department.Id, priority ?? Priority.Normal, null, null, null,
            TicketSource.Api)
        {
            IsTranslated = true,
        };
    }

    private static string? OneLine(string? text) => text is null ? null : WireJson.OneLine(text);

    private static SubmittedTicket Show(TicketView ticket) => new(
        new(TicketShapes.Text(ticket.Id), ticket.Number, ticket.Subject, ticket.Priority, new(ticket.Requester.Email)));
}
