using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Helpdesk.SharedKernel.Tests.OpenApi;

/// <summary>How the document and its viewer are served.</summary>
public sealed class ApiDocumentsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public void Yaml_and_json_say_the_same() =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(api.Json), YamlAsJson.Parse(api.Yaml)));

    [Theory]
    [InlineData("/api/openapi.yaml", "application/yaml; charset=utf-8")]
    [InlineData("/api/openapi.json", "application/json; charset=utf-8")]
    [InlineData("/api/docs", "text/html; charset=utf-8")]
    [InlineData("/api/docs/redoc.js", "text/javascript; charset=utf-8")]
    [InlineData("/api/docs/viewer.js", "text/javascript; charset=utf-8")]
    public async Task Needs_no_key_and_is_not_sent_twice(string path, string contentType)
    {
        var first = await api.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(contentType, first.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", Assert.Single(first.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(first.Headers.Contains("X-RateLimit-Limit"));

        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag, isWeak: true));
        var second = await api.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());

        request.Dispose();
        using var other = new HttpRequestMessage(HttpMethod.Get, path);
        other.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"another\""));
        Assert.Equal(HttpStatusCode.OK, (await api.Client.SendAsync(other)).StatusCode);
    }

    [Fact]
    public async Task Head_answers_without_a_body()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/api/openapi.yaml");
        var response = await api.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Content.Headers.ContentLength > 1000);
    }

    [Fact]
    public async Task The_former_path_points_to_the_present_one()
    {
        var response = await api.Client.GetAsync("/docs/api/openapi.yaml");
        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal("/api/openapi.yaml", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task The_viewer_may_load_nothing_from_elsewhere()
    {
        var page = await api.Client.GetAsync("/api/docs");
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy);
        Assert.DoesNotContain("http", policy);
        Assert.DoesNotContain("unsafe-eval", policy);
        Assert.DoesNotContain("http", await page.Content.ReadAsStringAsync());
        Assert.DoesNotContain("cdn.redoc.ly", await api.Client.GetStringAsync("/api/docs/redoc.js"));
    }
}
