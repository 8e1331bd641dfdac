using System.Globalization;
using Helpdesk.Desk.Contracts;
using Helpdesk.Tickets;

namespace Helpdesk.Headoni;

/// <summary>A ticket in the list (headoni 5).</summary>
/// <param name="Id">Its id; greater for tickets that came in later.</param>
/// <param name="Number">Its number on this desk, as people see it.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Priority">How pressing it is.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Requester">Who asks.</param>
/// <param name="CreatedAt">When it came in.</param>
/// <param name="UpdatedAt">When it last changed or was written to.</param>
[Example($$"""{{{TicketShapes.Example}}}""")]
public sealed record TicketSummary(
    string Id, LateInt Number, string Subject, Priority Priority, StatusShape Status, RequesterShape Requester, DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>A ticket with its conversation (headoni 5).</summary>
/// <param name="Id">Its id; greater for tickets that came in later.</param>
/// <param name="Number">Its number on this desk, as people see it.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Priority">How pressing it is.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Requester">Who asks.</param>
/// <param name="CreatedAt">When it came in.</param>
/// <param name="UpdatedAt">When it last changed or was written to.</param>
/// <param name="Department">The department that it waits in.</param>
/// <param name="TicketType">What it is filed under; null where it came in without a type and the desk has no default one.</param>
/// <param name="Messages">Its public messages, oldest first; of more than 1,000 the newest 1,000.</param>
[Example($$"""
    {
      {{TicketShapes.Example}}, "department": {"id": "190517204561920", "name": "Support"},
      "ticketType": {"id": "190517204578304", "name": "Question"},
      "messages": [
        {"id": "190517221351424", "authorKind": "end_user", "bodyMd": "The link in the mail says that it has **expired**.",
         "createdAt": "2026-06-14T09:30:00.125Z"},
        {"id": "190517224296448", "authorKind": "agent", "bodyMd": "Here is a fresh link.", "createdAt": "2026-06-14T09:41:27.500Z"}
      ]
    }
    """)]
public sealed record TicketDetail(
    string Id, LateInt Number, string Subject, Priority Priority, StatusShape Status, RequesterShape Requester, DateTime CreatedAt, DateTime UpdatedAt,
    NamedShape Department, NamedShape? TicketType, IReadOnlyList<MessageShape> Messages);

/// <summary>Where a ticket stands: one of the desk's own statuses.</summary>
/// <param name="Id">The status's id.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="InternalType">What it stands for.</param>
public sealed record StatusShape(string Id, string Label, InternalType InternalType);

/// <summary>What a status stands for.</summary>
public enum InternalType
{
    /// <summary>New, or being worked on.</summary>
    Open,

    /// <summary>Waits for the requester or for something else.</summary>
    AwaitingReply,

    /// <summary>Done; the requester may still reopen it for a while.</summary>
    Resolved,

    /// <summary>Done for good.</summary>
    Closed,
}

/// <summary>Who asks.</summary>
/// <param name="Email">Address, lower case.</param>
/// <param name="Name">Full name.</param>
public sealed record RequesterShape(string? Email, string? Name);

/// <summary>A department or a ticket type, as tickets show it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name for people.</param>
public sealed record NamedShape(string Id, string Name);

/// <summary>A public message.</summary>
/// <param name="Id">Its id.</param>
/// <param name="AuthorKind">Who wrote it.</param>
/// <param name="BodyMd">The text in Markdown, as it was sent.</param>
/// <param name="CreatedAt">When it was written.</param>
public sealed record MessageShape(string Id, AuthorKind AuthorKind, string BodyMd, DateTime CreatedAt);

/// <summary>Who wrote a message.</summary>
public enum AuthorKind
{
    /// <summary>A member of the support team.</summary>
    Agent,

    /// <summary>The requester.</summary>
    EndUser,

    /// <summary>The server itself.</summary>
    System,

    /// <summary>A program.</summary>
    Automation,
}

/// <summary>Tickets and what they hold, in the words of Headoni.</summary>
internal static class TicketShapes
{
    public const string Example = """
        "id": "190517221347328", "number": 1247, "subject": "Cannot sign in", "priority": "high",
        "status": {"id": "190517204582400", "label": "Open", "internalType": "open"},
        "requester": {"email": "ada@example.com", "name": "Ada Lovelace"}, "createdAt": "2026-06-14T09:30:00.125Z", "updatedAt": "2026-06-14T09:41:27.500Z"
        """;

    public static TicketSummary Summary(TicketView ticket) => new(
        Text(ticket.Id), ticket.Number, ticket.Subject, ticket.Priority, Status(ticket.OwnStatus), Requester(ticket), ticket.CreatedAt, ticket.UpdatedAt);

    public static TicketDetail Detail(TicketView ticket) => new(
        Text(ticket.Id), ticket.Number, ticket.Subject, ticket.Priority, Status(ticket.OwnStatus), Requester(ticket), ticket.CreatedAt, ticket.UpdatedAt,
        new(Text(ticket.Queue.Id), ticket.Queue.Name), ticket.HelpTopic is { } topic ? new(Text(topic.Id), topic.Name) : null,
        [.. ticket.Messages!.Select(Message)]);

    /// <summary>An id as this API shows all of them: as a text of digits, which no client takes for an inexact number.</summary>
    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    public static InternalType TypeOf(StatusCategory category) => category switch
    {
        StatusCategory.New or StatusCategory.Open => InternalType.Open,
        StatusCategory.Pending or StatusCategory.OnHold => InternalType.AwaitingReply,
        StatusCategory.Resolved => InternalType.Resolved,
        StatusCategory.Closed or StatusCategory.Merged => InternalType.Closed,
    };

    private static StatusShape Status(Status status) => new(Text(status.Id), status.Label, TypeOf(status.Category));

    private static RequesterShape Requester(TicketView ticket) => new(ticket.Requester.Email, ticket.Requester.Name);

    private static MessageShape Message(MessageView message) => new(Text(message.Id), KindOf(message.Author.Kind), message.BodyMd, message.CreatedAt);

    private static AuthorKind KindOf(ActorKind kind) => kind switch
    {
        ActorKind.Agent => AuthorKind.Agent,
        ActorKind.Requester => AuthorKind.EndUser,
        ActorKind.System => AuthorKind.System,
        ActorKind.Api => AuthorKind.Automation,
    };
}
