namespace Helpdesk.Headoni;

/// <summary>What is wrong with one value, in the style of the Zod library (headoni 3).</summary>
/// <param name="Code">What sort of fault.</param>
/// <param name="Path">Where the value stands; empty for the body as a whole.</param>
/// <param name="Message">What is wrong, for people. The wording may change.</param>
public sealed record Issue(
    [Choices("invalid_type", "invalid_string", "too_small", "too_big", "invalid_enum_value")] string Code, IReadOnlyList<string> Path, string Message);

/// <summary>The refusals of Headoni (headoni 3).</summary>
internal static class HeadoniErrors
{
    public static readonly Error DeskNotFound = Error.NotFound("desk_not_found", "There is no desk at this address.");

    public static readonly Error NotFound = Error.NotFound("not_found", "There is no such route.");

    public static readonly Error MethodNotAllowed =
        new("method_not_allowed", ErrorKind.MethodNotAllowed, "The route does not take this method; see the Allow header.");

    public static readonly Error Unauthenticated =
        new("unauthenticated", ErrorKind.Unauthenticated, "Send a valid token as 'Authorization: Bearer <token>'.");

    public static readonly Error TokenDeskMismatch =
        new("token_desk_mismatch", ErrorKind.Forbidden, "The token belongs to another desk than this host.");

    public static readonly Error InvalidId = new("invalid_id", ErrorKind.Malformed, "The id or number of a ticket has digits only.");

    public static readonly Error InvalidStatus =
        new("invalid_status", ErrorKind.Malformed, "The status must be open, awaiting_reply, resolved, closed or the id of a status.");

    public static readonly Error TicketNotFound = Error.NotFound("ticket_not_found", "No such ticket on this desk.");

    public static readonly Error DepartmentNotFound = new("department_not_found", ErrorKind.Invalid, "No such department on this desk.");

    public static readonly Error TicketTypeNotFound = new("ticket_type_not_found", ErrorKind.Invalid, "No such ticket type on this desk.");

    public static readonly Error PayloadTooLarge = new("payload_too_large", ErrorKind.TooLarge, "The body is larger than 1 MiB.");

    public static readonly Error InternalError = new("internal_error", ErrorKind.Internal, "Something went wrong on our side. Try again shortly.");

    public static Error InsufficientScope(Permission permission) =>
        new("insufficient_scope", ErrorKind.Forbidden, $"requires \"{HeadoniDialect.Instance.Scopes.For(permission)}\"");

    /// <summary>The body is no JSON object: not kept with an Idempotency-Key, so that the right body may follow.</summary>
    public static Error UnreadableBody(string reason) => InvalidBody([new("invalid_type", [], reason)]) with { Kind = ErrorKind.Malformed };

    /// <summary>Kept with an Idempotency-Key, like every refusal of a body that could be read.</summary>
    public static Error InvalidBody(IReadOnlyList<Issue> issues) =>
        new Error("invalid_body", ErrorKind.Invalid, "The body is not as it must be; see the issues.").With("issues", issues);

    public static Error InvalidQuery(IReadOnlyList<Issue> issues) =>
        new Error("invalid_query", ErrorKind.Malformed, "The query is not as it must be; see the issues.").With("issues", issues);
}
