using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Helpdesk.TestKit;

/// <summary>
/// Speaks to the native API over HTTP, as one API key. Bodies are anonymous objects: they are the wire's shape, not ours. Every answer is
/// held against the published document.
/// </summary>
public sealed class ApiClient(HelpdeskApp app, string tenantSlug, string? token)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) });

    private static readonly JsonSerializerOptions AsWritten = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string? Token => token;

    /// <summary>The same key on another tenant's host.</summary>
    public ApiClient On(string slug) => new(app, slug, token);

    public Task<ApiReply> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    /// <summary>Posts an object; member names are written in snake case.</summary>
    public Task<ApiReply> PostAsync(string path, object? body = null, string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : JsonSerializer.Serialize(body, AsWritten), idempotencyKey);

    /// <summary>Posts a text as it is.</summary>
    public Task<ApiReply> PostTextAsync(string path, string body, string contentType = "application/json", string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, body, idempotencyKey, contentType);

    public async Task<ApiReply> SendAsync(
        HttpMethod method, string path, string? body, string? idempotencyKey, string contentType = "application/json",
        Action<HttpRequestMessage>? configure = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(app.Address, path.StartsWith('/') ? path : "/api/v1/helpdesk/" + path));
        request.Headers.Host = $"{tenantSlug}.localhost";
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        configure?.Invoke(request);
        using var response = await Http.SendAsync(request);
        // The document speaks of what the API answers; what the server below refuses, such as an endless URL, bears no request id.
        if (method != HttpMethod.Head && response.Headers.Contains("X-Request-Id") && response.StatusCode is not HttpStatusCode.NoContent)
        {
            // Members that the API does not know are passed over; tests that send such call them "unknown".
            var violations = await (await app.DocumentAsync()).CheckAsync(response, body);
            Assert.Empty(violations.Where(violation => !violation.Contains("request.unknown", StringComparison.Ordinal)));
        }

        return new ApiReply((int)response.StatusCode, await response.Content.ReadAsStringAsync(), Headers(response));
    }

    /// <summary>A ticket with this subject; answers its <c>data</c>.</summary>
    public async Task<JsonElement> TicketAsync(string subject = "Lamp does not light", object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { }, AsWritten)!.AsObject();
        body.TryAdd("subject", subject);
        body.TryAdd("body", "It was fine yesterday.");
        return (await SendAsync(HttpMethod.Post, "tickets", body.ToJsonString(), null)).Created();
    }

    private static Dictionary<string, string> Headers(HttpResponseMessage response) => response.Headers.Concat(response.Content.Headers)
        .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
}

/// <summary>An answer, as a test looks at it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body.</param>
/// <param name="Headers">All headers.</param>
public sealed record ApiReply(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    private readonly Lazy<JsonElement> _json = new(() => JsonDocument.Parse(Text).RootElement);

    public JsonElement Json => _json.Value;

    /// <summary><c>data</c> of a success.</summary>
    public JsonElement Data => Json.GetProperty("data");

    /// <summary><c>error.code</c>, or null on a success.</summary>
    public string? ErrorCode => Json.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;

    public string? NextCursor => Json.GetProperty("next_cursor").GetString();

    /// <summary>The reasons against a field.</summary>
    public string[] Field(string name) =>
        Json.GetProperty("error").GetProperty("extra").GetProperty("fields").TryGetProperty(name, out var reasons)
            ? [.. reasons.EnumerateArray().Select(reason => reason.GetString()!)]
            : [];

    /// <summary>Asserts a 200 and answers its data.</summary>
    public JsonElement Ok() => Expect(200).Data;

    /// <summary>Asserts a 201 and answers its data.</summary>
    public JsonElement Created() => Expect(201).Data;

    /// <summary>Asserts the status.</summary>
    public ApiReply Expect(int status)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Text}");
        return this;
    }

    /// <summary>Asserts a refusal.</summary>
    public ApiReply Refused(int status, string code)
    {
        Expect(status);
        Assert.Equal(code, ErrorCode);
        return this;
    }
}
