using System.Text.Json.Nodes;
using Helpdesk.TestKit;

namespace Helpdesk.SharedKernel.Tests.OpenApi;

/// <summary>The checker must find what is wrong: it is what other tests rely on.</summary>
public sealed class OpenApiConformanceTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/api/v1/sample/parcels/7";
    private const string Refusal = """{"error":{"code":"parcel_not_found","message":"-","request_id":"req_1","extra":{}}}""";

    [Fact]
    public void An_exchange_as_documented_is_fine()
    {
        Assert.Empty(Check(_ => { }));
        Assert.Empty(api.Conformance.Check(new("POST", Path, 404, "application/json", Refusal)));
        Assert.Empty(api.Conformance.Check(new("POST", Path, 200, "application/json", Body(_ => { }), """{"name":"Tea","note":null}""")));
    }

    [Fact]
    public void An_unknown_route_is_a_violation_unless_the_server_denies_it_too()
    {
        Assert.Equal(
            ["GET /api/v1/sample/cats: the route is not in the document."],
            api.Conformance.Check(new("GET", "/api/v1/sample/cats", 200, "application/json", "{}")));
        Assert.Single(api.Conformance.Check(new("DELETE", Path, 404, "application/json", Refusal)));
        Assert.Empty(api.Conformance.Check(
            new("GET", "/api/v1/sample/cats", 404, "application/json", Refusal.Replace("parcel_not_found", "not_found"))));
    }

    [Fact]
    public void A_status_or_a_code_that_is_not_declared_is_a_violation()
    {
        Assert.Equal([$"POST {Path}: status 418 is not declared."], api.Conformance.Check(new("POST", Path, 418, null, null)));
        Assert.Equal(
            [$"POST {Path}: body.error.code is \"cat_not_found\", which is not listed."],
            api.Conformance.Check(new("POST", Path, 404, "application/json", Refusal.Replace("parcel_", "cat_"))));
    }

    [Fact]
    public void A_member_that_is_missing_or_not_declared_is_a_violation()
    {
        Assert.Equal([$"POST {Path}: body.data.size is missing."], Check(data => data.Remove("size")));
        Assert.Equal([$"POST {Path}: body.data.mood is not declared."], Check(data => data["mood"] = "fine"));
        Assert.Equal(
            [$"POST {Path}: body.data.parts[0].price is missing."],
            Check(data => data["parts"]!.AsArray()[0]!.AsObject().Remove("price")));
    }

    [Fact]
    public void A_value_of_a_wrong_type_is_a_violation()
    {
        Assert.Equal([$"POST {Path}: body.data.id is \"7\", not integer."], Check(data => data["id"] = "7"));
        Assert.Equal([$"POST {Path}: body.data.id is 7.5, not integer."], Check(data => data["id"] = 7.5));
        Assert.Equal([$"POST {Path}: body.data.size is \"huge\", which is not listed."], Check(data => data["size"] = "huge"));
        Assert.Equal([$"POST {Path}: body.data.parts is null, not array."], Check(data => data["parts"] = null));
        Assert.Equal([$"POST {Path}: body.data.tracking is null, not string."], Check(data => data["tracking"] = null));
        Assert.Equal([$"POST {Path}: body.data.sent_at is 'today', which is no date-time."], Check(data => data["sent_at"] = "today"));
        Assert.Equal([$"POST {Path}: body.data.twin is 7, not object."], Check(data => data["twin"] = 7));
        Assert.Equal(
            [$"POST {Path}: body.data.counts.tea is true, not integer."],
            Check(data => data["counts"] = new JsonObject { ["tea"] = true }));
    }

    [Fact]
    public void Another_media_type_or_a_broken_body_is_a_violation()
    {
        Assert.Equal(
            [$"POST {Path}: the media type text/html is not declared."],
            api.Conformance.Check(new("POST", Path, 200, "text/html", "hi")));
        Assert.Equal(
            [$"POST {Path}: the body is no JSON."],
            api.Conformance.Check(new("POST", Path, 200, "application/json; charset=utf-8", "{")));
    }

    [Fact]
    public void What_the_server_accepted_must_be_documented()
    {
        Assert.Equal(
            [$"POST {Path}: request.name is missing."],
            api.Conformance.Check(new("POST", Path, 200, "application/json", Body(_ => { }), """{"mood":"fine"}""")));
        Assert.Equal(
            [$"POST {Path}: request.name is missing.", $"POST {Path}: request.mood is not declared."],
            api.Conformance.Check(new("POST", Path, 200, "application/json", Body(_ => { }), """{"mood":"fine"}""", KnownOnly: true)));
        Assert.Contains(
            "GET /api/v1/sample/parcels?mood=fine: the query parameter mood is not declared.",
            api.Conformance.Check(new("GET", "/api/v1/sample/parcels?mood=fine", 200, "application/json", "{}", KnownOnly: true)));
    }

    [Fact]
    public void What_the_server_refused_need_not_be() =>
        Assert.Empty(api.Conformance.Check(new("POST", Path, 404, "application/json", Refusal, """{"mood":"fine"}""")));

    private IReadOnlyList<string> Check(Action<JsonObject> change) =>
        api.Conformance.Check(new Exchange("POST", Path, 200, "application/json; charset=utf-8", Body(change)));

    /// <summary>The documented example of the answer, changed.</summary>
    private string Body(Action<JsonObject> change)
    {
        var response = api.Operation("post", "/api/v1/sample/parcels/{id}").GetProperty("responses").GetProperty("200");
        var example = response.GetProperty("content").GetProperty("application/json").GetProperty("examples").GetProperty("example");
        var body = JsonNode.Parse(example.GetProperty("value").GetRawText())!;
        change(body["data"]!.AsObject());
        return body.ToJsonString();
    }
}
