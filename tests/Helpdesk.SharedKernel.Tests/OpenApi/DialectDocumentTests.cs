namespace Helpdesk.SharedKernel.Tests.OpenApi;

/// <summary>The document of the native dialect.</summary>
public sealed class NativeDocumentTests(ApiFixture api) : ApiDocumentTests(api), IClassFixture<ApiFixture>
{
    private readonly ApiFixture _api = api;

    [Fact]
    public void It_is_of_version_3_1_and_of_the_level_of_the_api()
    {
        Assert.StartsWith("3.1", _api.Document.GetProperty("openapi").GetString());
        Assert.Equal("Helpdesk API", _api.Document.GetProperty("info").GetProperty("title").GetString());
        Assert.Equal("1.7.0", _api.Document.GetProperty("info").GetProperty("version").GetString());
        Assert.Equal("/", _api.Document.GetProperty("servers")[0].GetProperty("url").GetString());
    }

    [Fact]
    public void Every_operation_declares_what_any_request_can_meet() => Assert.All(_api.Routes, route =>
    {
        var declared = Declared(route.Method, route.Path);
        Assert.Subset(declared, new HashSet<string>
        {
            "401 invalid_api_key", "403 plan_gated", "403 insufficient_scope", "404 tenant_not_found", "429 rate_limited",
            "500 server_error", "503 server_error",
        });
        if (route.Slice.IsCommand)
        {
            Assert.Subset(declared, new HashSet<string>
            {
                "400 invalid_json", "408 request_timeout", "409 idempotency_in_progress", "413 payload_too_large", "415 unsupported_media_type",
                "422 validation_failed", "422 idempotency_key_reused",
            });
        }
    });
}

/// <summary>The document of Headoni.</summary>
public sealed class HeadoniDocumentTests(HeadoniApi api) : ApiDocumentTests(api), IClassFixture<HeadoniApi>
{
    private readonly HeadoniApi _api = api;

    [Fact]
    public void It_has_the_five_routes_of_the_dialect() => Assert.Equal(
        ["get /api/v1/departments", "get /api/v1/ticket-types", "get /api/v1/tickets", "get /api/v1/tickets/{idOrNumber}", "post /api/v1/tickets"],
        _api.Operations.Select(operation => operation.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("post", "/api/v1/tickets", "400 department_not_found, 400 invalid_body, 400 ticket_type_not_found, 409 idempotency_in_progress, 413 payload_too_large, 422 idempotency_key_reused")]
    [InlineData("get", "/api/v1/tickets", "400 invalid_query, 400 invalid_status")]
    [InlineData("get", "/api/v1/tickets/{idOrNumber}", "400 invalid_id, 404 ticket_not_found")]
    [InlineData("get", "/api/v1/departments", "")]
    [InlineData("get", "/api/v1/ticket-types", "")]
    public void Every_operation_declares_exactly_what_it_can_refuse(string method, string path, string own) => Assert.Equal(
        own.Split(", ", StringSplitOptions.RemoveEmptyEntries)
            .Concat(["401 unauthenticated", "403 insufficient_scope", "403 token_desk_mismatch", "404 desk_not_found", "500 internal_error"])
            .Order(StringComparer.Ordinal),
        Declared(method, path).Order(StringComparer.Ordinal));

    [Fact]
    public void Names_are_in_camel_case_and_say_nothing_of_limits()
    {
        Assert.DoesNotMatch("\"(requester_email|body_md|created_at|department_id)\"", _api.Json);
        Assert.DoesNotContain("RateLimit", _api.Json, StringComparison.Ordinal);
    }
}
