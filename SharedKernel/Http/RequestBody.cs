using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Helpdesk.SharedKernel.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Reads request bodies, and says in the caller's words what is wrong with them.</summary>
internal static class RequestBody
{
    internal static readonly Error NotAnObject = new("invalid_json", ErrorKind.Malformed, "The body must be one JSON object in UTF-8.");

    internal static readonly Error NotJson =
        new("unsupported_media_type", ErrorKind.UnsupportedMedia, "Send the body as application/json.");

    // A chunk of one byte takes six on the wire, and may carry more that nobody reads.
    private const int WireToBody = 8;

    /// <summary>The whole body. The server's limit on its size is enforced while reading, and is one on the body itself.</summary>
    /// <exception cref="BadHttpRequestException">The body is too large, broken, or does not come in time.</exception>
    public static async ValueTask<byte[]> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength is 0)
            return [];
        var most = long.MaxValue;
        if (request.ContentLength is null && request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()
            is { MaxRequestBodySize: { } limit, IsReadOnly: false } size)
        {
            // The server would count what stands between the chunks, too.
            (most, size.MaxRequestBodySize) = (limit, limit * WireToBody);
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(ct);
            if (read.Buffer.Length > most)
                throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Makes the request of the body: refuses other media types, what is no JSON object, and values of a wrong type.</summary>
    /// <param name="request">Whose content type is looked at.</param>
    /// <param name="body">What was read.</param>
    /// <param name="mayBeEmpty">Whether no body at all stands for an object without members.</param>
    public static Result<TRequest> Parse<TRequest>(HttpRequest request, byte[] body, bool mayBeEmpty)
    {
        if (body.Length == 0 && mayBeEmpty)
            return JsonSerializer.Deserialize<TRequest>("{}"u8, WireJson.Options)!;
        if (body.Length > 0 && !IsJson(request.ContentType))
            return NotJson;
        if (!IsObject(body))
            return NotAnObject;
        try
        {
            return JsonSerializer.Deserialize<TRequest>(body, WireJson.Options)!;
        }
        catch (JsonException exception) when (exception is { Path: "$", InnerException: InvalidOperationException })
        {
            // The name of a member escapes half a surrogate pair.
            return NotAnObject;
        }
        catch (JsonException exception)
        {
            return Error.Invalid(FieldOf(exception), ReasonOf(exception));
        }
    }

    private static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        return (end < 0 ? type : type[..end]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsObject(byte[] body)
    {
        if (!Utf8.IsValid(body))
            return false;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 32 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string FieldOf(JsonException exception) =>
        exception.Path is { Length: > 2 } path ? path[2..].Replace("['", "", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal) : "body";

    private static string ReasonOf(JsonException exception)
    {
        if (!exception.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
            return exception.Message;
        return exception.Message switch
        {
            var message when Names(message, "System.Int64") || Names(message, "System.Int32") => "must be an integer.",
            var message when Names(message, "System.Boolean") => "must be true or false.",
            var message when Names(message, "[]") || Names(message, "List") => "must be a list.",
            _ => "must be an object.",
        };

        static bool Names(string message, string type) => message.Contains(type, StringComparison.Ordinal);
    }
}
