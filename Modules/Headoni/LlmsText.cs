using System.Text;
using Helpdesk.Desk.Contracts;

namespace Helpdesk.Headoni;

/// <summary>
/// <c>/llms.txt</c>: the API of one desk for programs that read prose (headoni 4.6). It is public, so it names only the departments and ticket
/// types that people who ask may know of; the others are listed to tokens.
/// </summary>
internal sealed class LlmsText : ICarterModule
{
    private const string Reference = """
        ## Authentication

        Send `Authorization: Bearer hd_<secret>` with every request; the prefix `hd_` may be left out. Tokens belong to this desk and are made by
        its operator. Scopes: `tickets:create` for POST, `tickets:read` for every GET.

        ## Endpoints

        ### POST /tickets (tickets:create)

        Body, a JSON object:

        - `email` (required): who asks; a valid address of at most 255 characters. The person is added on first use.
        - `subject` (required): 1 to 500 characters.
        - `body` (required): 1 to 50000 characters of Markdown; becomes the first public message.
        - `name`: at most 120 characters; used when the person is new, else what stands before the @.
        - `priority`: `low`, `normal`, `high` or `urgent`; `normal` when absent.
        - `departmentId`, `ticketTypeId`: ids as strings of digits; the defaults below when absent. Where no line says `(default)`, the default is
          one that is not listed here, or, for types, there is none.

        201: `{"ticket": {"id", "number", "subject", "priority", "requester": {"email"}}}`. With the header `Idempotency-Key` a repeat within 24
        hours creates nothing and gets the first answer.

        ### GET /tickets (tickets:read)

        Newest first. Query: `requesterEmail` (whole address), `status` (`open`, `awaiting_reply`, `resolved`, `closed` or a status id), `limit`
        (1 to 100, 25 when absent), `cursor` (the `nextCursor` of the page before).

        200: `{"tickets": [{"id", "number", "subject", "priority", "status": {"id", "label", "internalType"}, "requester": {"email", "name"},
        "createdAt", "updatedAt"}], "nextCursor"}`; `nextCursor` is null on the last page.

        ### GET /tickets/{idOrNumber} (tickets:read)

        200: `{"ticket": …}` with the same members and `department` {"id", "name"}, `ticketType` {"id", "name"} or null, `messages`
        [{"id", "authorKind", "bodyMd", "createdAt"}]: public messages only, oldest first, of more than 1000 the newest 1000.
        `authorKind` is `agent`, `end_user`, `system` or `automation`.

        ### GET /departments (tickets:read)

        200: `{"departments": [{"id", "name", "isDefault", "isPublicToUsers"}]}`.

        ### GET /ticket-types (tickets:read)

        200: `{"ticketTypes": [{"id", "name", "isInternal", "isDefault"}]}`.

        ## Values

        Ids are strings of digits, numbers of tickets are integers, times are ISO 8601 in UTC with milliseconds.

        ## Errors

        `{"error": "<code>", "detail"?: "<text>", "issues"?: [{"code", "path", "message"}]}`

        - 400: `invalid_body`, `invalid_query`, `invalid_id`, `invalid_status`, `department_not_found`, `ticket_type_not_found`
        - 401: `unauthenticated`
        - 403: `insufficient_scope`, `token_desk_mismatch`
        - 404: `ticket_not_found`, `not_found`, `desk_not_found`
        - 405: `method_not_allowed`
        - 409: `idempotency_in_progress`
        - 413: `payload_too_large`
        - 422: `idempotency_key_reused`
        - 500: `internal_error`

        """;

    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapMethods("/llms.txt", [HttpMethods.Get, HttpMethods.Head], AnswerAsync).WithMetadata(HeadoniDialect.Instance).AllowAnonymous();

    private static async Task AnswerAsync(HttpContext http)
    {
        var context = http.Context();
        var desk = await http.RequestServices.GetRequiredService<IDeskCatalog>().GetAsync(context.TenantId);
        var text = Encoding.UTF8.GetBytes(Of(context.Tenant, $"{http.Request.Scheme}://{http.Request.Host}", desk));
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(text, http.RequestAborted);
    }

    private static string Of(Tenant tenant, string host, DeskSetup desk)
    {
        var text = new StringBuilder($"# {tenant.Name}: Headoni API\n\nCreates and reads support tickets of this desk.\n\nBase URL: {host}/api/v1\n"
            + $"OpenAPI document: {host}/api/openapi.yaml\n\n");
        text.Append(Reference);
        text.Append("\n## Departments of this desk\n\n");
        foreach (var department in ListDepartmentsHandler.Of(desk).Where(department => department.IsPublicToUsers))
            text.Append($"- {department.Id}: {department.Name}{(department.IsDefault ? " (default)" : "")}\n");
        text.Append("\n## Ticket types of this desk\n\n");
        foreach (var type in ListTicketTypesHandler.Of(desk).Where(type => !type.IsInternal))
            text.Append($"- {type.Id}: {type.Name}{(type.IsDefault ? " (default)" : "")}\n");
        return text.ToString();
    }
}
