using System.Text.Json;
using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Http.Dialects;

namespace Helpdesk.Headoni;

/// <summary>Scopes, tokens and refusals of Headoni (headoni 2 and 3).</summary>
internal sealed class HeadoniDialect : Dialect
{
    public static readonly HeadoniDialect Instance = new();

    private HeadoniDialect()
    {
    }

    public override string Name => "headoni";

    public override ScopeTable Scopes { get; } = new(new Dictionary<string, Permission[]>
    {
        ["tickets:create"] = [Permission.TicketsWrite],
        ["tickets:read"] = [Permission.TicketsRead, Permission.DeskRead],
    });

    public override KeyForm Keys { get; } = new("hd_", null);

    public override Error ErrorOf(Fault fault) => fault switch
    {
        Fault.TooLarge => HeadoniErrors.PayloadTooLarge,
        Fault.TimedOut => HeadoniErrors.UnreadableBody("The body did not come in time."),
        Fault.Unreadable => HeadoniErrors.UnreadableBody("The request could not be read to its end."),
        Fault.Unavailable or Fault.Bug => HeadoniErrors.InternalError,
    };

    /// <summary>
    /// What modules refuse in their own words: values of the request that was made of the client's, and things that went out of use after they
    /// were looked up.
    /// </summary>
    protected override Error Translate(Error error)
    {
        if (error.Code is not "validation_failed")
            return error;
        var fields = (IReadOnlyDictionary<string, string[]>)error.Extra.First(extra => extra.Key == "fields").Value!;
        if (fields.ContainsKey("queue_id"))
            return HeadoniErrors.DepartmentNotFound;
        if (fields.ContainsKey("help_topic_id"))
            return HeadoniErrors.TicketTypeNotFound;
        return HeadoniErrors.InvalidBody([.. from field in fields
                                             from reason in field.Value
                                             select new Issue("invalid_string", [NameOf(field.Key)], reason)]);
    }

    protected override int StatusOf(Error error) => error.Code == Idempotency.Reused.Code ? StatusCodes.Status422UnprocessableEntity : error.Kind switch
    {
        ErrorKind.Malformed or ErrorKind.Invalid or ErrorKind.UnsupportedMedia or ErrorKind.TimedOut => 400,
        ErrorKind.Unauthenticated => 401,
        ErrorKind.Forbidden => 403,
        ErrorKind.NotFound => 404,
        ErrorKind.MethodNotAllowed => 405,
        ErrorKind.Conflict => 409,
        ErrorKind.TooLarge => 413,
        ErrorKind.Limited => 429,
        ErrorKind.Internal or ErrorKind.Unavailable or ErrorKind.Declined => 500,
    };

    protected override void AddHeaders(IHeaderDictionary headers, Error error)
    {
        if (error.Kind is ErrorKind.Unauthenticated)
            headers.WWWAuthenticate = "Bearer";
    }

    protected override void Write(Utf8JsonWriter json, Error error, RequestContext context)
    {
        json.WriteStartObject();
        json.WriteString("error"u8, error.Code);
        json.WriteString("detail"u8, error.Message);
        foreach (var (name, value) in error.Extra)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value, HeadoniJson.Options);
        }

        json.WriteEndObject();
    }

    private static string NameOf(string field) => field switch
    {
        "requester.email" => "email",
        "requester.name" => "name",
        _ => field,
    };
}
