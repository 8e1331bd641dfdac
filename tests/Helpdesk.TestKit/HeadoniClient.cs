using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Helpdesk.TestKit;

/// <summary>Speaks Headoni over HTTP, as one token. Every answer is held against the published document of that dialect.</summary>
public sealed class HeadoniClient(HelpdeskApp app, string deskSlug, string? token)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) });

    private static readonly JsonSerializerOptions AsWritten = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public string? Token => token;

    /// <summary>The same token on another desk's host.</summary>
    public HeadoniClient On(string slug) => new(app, slug, token);

    public Task<HeadoniReply> GetAsync(string path, Action<HttpRequestMessage>? configure = null) => SendAsync(HttpMethod.Get, path, null, null, configure);

    /// <summary>Posts an object; member names are written in camel case.</summary>
    public Task<HeadoniReply> PostAsync(string path, object body, string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body, AsWritten), idempotencyKey);

    public async Task<HeadoniReply> SendAsync(
        HttpMethod method, string path, string? body, string? idempotencyKey = null, Action<HttpRequestMessage>? configure = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(app.Address, path.StartsWith('/') ? path : "/api/v1/" + path));
        request.Headers.Host = $"{deskSlug}.headoni.localhost";
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        configure?.Invoke(request);
        using var response = await Http.SendAsync(request);
        if (path.StartsWith('/') == false || path.StartsWith("/api/v1/", StringComparison.Ordinal))
        {
            var violations = await (await app.HeadoniDocumentAsync()).CheckAsync(response, body);
            Assert.Empty(violations.Where(violation => !violation.Contains("request.unknown", StringComparison.Ordinal)));
        }

        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new HeadoniReply((int)response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }

    /// <summary>A ticket with this subject; answers its <c>ticket</c>.</summary>
    public async Task<JsonElement> TicketAsync(string subject = "Lamp does not light", string email = "maria@mail.example", object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { }, AsWritten)!.AsObject();
        body.TryAdd("email", email);
        body.TryAdd("subject", subject);
        body.TryAdd("body", "It was fine yesterday.");
        return (await SendAsync(HttpMethod.Post, "tickets", body.ToJsonString())).Created();
    }
}

/// <summary>An answer in Headoni, as a test looks at it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body.</param>
/// <param name="Headers">All headers.</param>
public sealed record HeadoniReply(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    private readonly Lazy<JsonElement> _json = new(() => JsonDocument.Parse(Text).RootElement);

    public JsonElement Json => _json.Value;

    /// <summary>The issues, a line each: <c>code path</c>.</summary>
    public string[] Issues => Json.TryGetProperty("issues", out var issues)
        ? [.. issues.EnumerateArray().Select(issue => $"{issue.GetProperty("code")} {string.Join('.', issue.GetProperty("path").EnumerateArray())}".TrimEnd())]
        : [];

    /// <summary>Asserts a 200 and answers its body.</summary>
    public JsonElement Ok() => Expect(200).Json;

    /// <summary>Asserts a 201 and answers its ticket.</summary>
    public JsonElement Created() => Expect(201).Json.GetProperty("ticket");

    /// <summary>Asserts the status.</summary>
    public HeadoniReply Expect(int status)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Text}");
        return this;
    }

    /// <summary>Asserts a refusal.</summary>
    public HeadoniReply Refused(int status, string error)
    {
        Expect(status);
        Assert.Equal(error, Json.GetProperty("error").GetString());
        return this;
    }
}
