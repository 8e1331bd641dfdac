using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Helpdesk.TestKit;

/// <summary>One request and what came back.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, with the query string if there was one.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="ContentType">The media type of the answer, parameters allowed.</param>
/// <param name="Body">The body of the answer.</param>
/// <param name="RequestBody">The body of the request.</param>
/// <param name="KnownOnly">Whether the request may hold only what is documented; the server passes over the rest.</param>
public sealed record Exchange(
    string Method, string Path, int Status, string? ContentType, string? Body, string? RequestBody = null, bool KnownOnly = false);

/// <summary>Holds what goes over the wire against the OpenAPI document: whatever the document does not say is a violation.</summary>
public sealed class OpenApiConformance
{
    // What the server says before, or instead of, choosing a route.
    private static readonly string[] WithoutRoute =
    [
        "not_found", "method_not_allowed", "tenant_not_found", "plan_gated", "invalid_api_key", "rate_limited",
        "desk_not_found", "unauthenticated",
    ];

    private readonly JsonSchemaCheck _schemas;
    private readonly JsonSchemaCheck _requests;
    private readonly List<(Regex Path, string Method, int Variables, JsonElement Operation)> _operations = [];

    /// <summary>Reads a document.</summary>
    /// <param name="json">The document as JSON.</param>
    public OpenApiConformance(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        var document = parsed.RootElement.Clone();
        _schemas = new JsonSchemaCheck(document);
        _requests = new JsonSchemaCheck(document, passesUnknown: true);
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            var pattern = new Regex("^" + Regex.Replace(path.Name, @"\{[^}]+\}", "[^/]+") + "$");
            foreach (var operation in path.Value.EnumerateObject())
                _operations.Add((pattern, operation.Name, path.Name.Count(c => c == '{'), operation.Value));
        }
    }

    /// <summary>Checks an answer that a client got.</summary>
    /// <param name="response">The answer, with its request still attached.</param>
    /// <param name="requestBody">The body that was sent, when the request does not hold it any more.</param>
    public async Task<IReadOnlyList<string>> CheckAsync(HttpResponseMessage response, string? requestBody = null)
    {
        var request = response.RequestMessage!;
        var (path, type) = (request.RequestUri!.PathAndQuery, response.Content.Headers.ContentType?.ToString());
        var body = await response.Content.ReadAsStringAsync();
        return Check(new Exchange(request.Method.Method, path, (int)response.StatusCode, type, body, requestBody));
    }

    /// <summary>What the exchange does that the document does not say; empty when nothing.</summary>
    public IReadOnlyList<string> Check(Exchange exchange)
    {
        var name = $"{exchange.Method} {exchange.Path}";
        if (Find(exchange) is not { } operation)
            return IsNoRoute(exchange) ? [] : [$"{name}: the route is not in the document."];
        var violations = new List<string>();
        if (exchange.Status < 300 && !IsDeclined(exchange))
            CheckRequest(operation, exchange, violations);
        if (operation.GetProperty("responses").TryGetProperty(exchange.Status.ToString(), out var response))
            CheckResponse(_schemas.Resolve(response), exchange, violations);
        else
            violations.Add($"status {exchange.Status} is not declared.");
        return violations.ConvertAll(violation => $"{name}: {violation}");
    }

    /// <summary>
    /// Whether the server, too, says that there is no such route, or refuses before it looks. Preflights have no route either.
    /// </summary>
    private static bool IsNoRoute(Exchange exchange) => exchange is { Method: "OPTIONS", Status: 204 }
        || (Parse(exchange.Body) is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("error", out var error)
            && WithoutRoute.Contains(CodeOf(error)));

    private static string? CodeOf(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.String => error.GetString(),
        JsonValueKind.Object when error.TryGetProperty("code", out var code) => code.GetString(),
        _ => null,
    };

    /// <summary>A hook says with 200 that it did not take the request.</summary>
    private static bool IsDeclined(Exchange exchange) =>
        Parse(exchange.Body) is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("ok", out var ok) && ok.ValueKind is JsonValueKind.False;

    private JsonElement? Find(Exchange exchange)
    {
        var path = exchange.Path.Split('?')[0];
        var found = _operations
            .Where(o => o.Method.Equals(exchange.Method, StringComparison.OrdinalIgnoreCase) && o.Path.IsMatch(path))
            .OrderBy(o => o.Variables).ToList();
        return found.Count == 0 ? null : found[0].Operation;
    }

    /// <summary>What was accepted must be allowed by the document: else it is silent about something that clients may use.</summary>
    private void CheckRequest(JsonElement operation, Exchange exchange, List<string> violations)
    {
        var query = Query(exchange.Path);
        var parameters = operation.TryGetProperty("parameters", out var list)
            ? list.EnumerateArray().Select(_schemas.Resolve).Where(p => p.GetProperty("in").GetString() is "query").ToList()
            : [];
        var known = parameters.ConvertAll(p => p.GetProperty("name").GetString()!);
        foreach (var name in query.Keys.Where(name => exchange.KnownOnly && !known.Contains(name)))
            violations.Add($"the query parameter {name} is not declared.");
        foreach (var parameter in parameters.Where(p => p.TryGetProperty("required", out var required) && required.GetBoolean()))
        {
            if (!query.ContainsKey(parameter.GetProperty("name").GetString()!))
                violations.Add($"the query parameter {parameter.GetProperty("name")} is required by the document, not by the server.");
        }

        if (string.IsNullOrEmpty(exchange.RequestBody))
            return;
        if (operation.TryGetProperty("requestBody", out var body) && Parse(exchange.RequestBody) is { } sent)
        {
            var checker = exchange.KnownOnly ? _schemas : _requests;
            violations.AddRange(checker.Check(SchemaOf(_schemas.Resolve(body))!.Value, sent, "request"));
        }
    }

    private void CheckResponse(JsonElement response, Exchange exchange, List<string> violations)
    {
        if (SchemaOf(response) is not { } schema)
        {
            if (!string.IsNullOrEmpty(exchange.Body))
                violations.Add("no body is declared for the answer.");
            return;
        }

        var type = exchange.ContentType is null ? null : MediaTypeHeaderValue.Parse(exchange.ContentType).MediaType;
        if (type != "application/json")
            violations.Add($"the media type {type ?? "(none)"} is not declared.");
        else if (Parse(exchange.Body) is { } body)
            violations.AddRange(_schemas.Check(schema, body, "body"));
        else
            violations.Add("the body is no JSON.");
    }

    private static JsonElement? SchemaOf(JsonElement withContent) =>
        withContent.TryGetProperty("content", out var content) && content.TryGetProperty("application/json", out var media)
            ? media.GetProperty("schema")
            : null;

    private static Dictionary<string, string> Query(string path) => (path.Contains('?') ? path[(path.IndexOf('?') + 1)..] : "")
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .GroupBy(pair => Uri.UnescapeDataString(pair[0]))
        .ToDictionary(group => group.Key, group => group.First().ElementAtOrDefault(1) ?? "");

    private static JsonElement? Parse(string? json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json ?? "");
            return parsed.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
