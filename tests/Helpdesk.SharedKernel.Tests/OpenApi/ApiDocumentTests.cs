using System.Text.Json;

namespace Helpdesk.SharedKernel.Tests.OpenApi;

/// <summary>What holds for every route of a dialect, whichever module it is of.</summary>
public abstract class ApiDocumentTests(ApiFixture api)
{
    [Fact]
    public void Every_route_is_in_the_document() => Assert.Equal(
        api.Routes.Select(route => $"{route.Method} {route.Path}").Order(StringComparer.Ordinal),
        api.Operations.Select(operation => operation.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_operation_has_an_id_of_its_own_a_summary_a_description_and_a_tag()
    {
        ApiFixture.Nothing(
            from o in api.Operations
            from name in new[] { "operationId", "summary", "description", "tags" }
            where !o.Operation.TryGetProperty(name, out var value) || value.GetRawText() is "\"\"" or "[]"
            select $"{o.Name} has no {name}");
        Assert.Distinct(api.Operations.Select(o => o.Operation.GetProperty("operationId").GetString()));
    }

    [Fact]
    public void Every_operation_names_the_scope_of_its_permission() => Assert.All(api.Routes, route =>
    {
        var (scope, operation) = (route.Slice.Dialect.Scopes.For(route.Slice.Permission), api.Operation(route.Method, route.Path));
        Assert.Equal(scope, operation.GetProperty("x-required-scope").GetString());
        Assert.Equal(scope, operation.GetProperty("security")[0].EnumerateObject().Single().Value[0].GetString());
        Assert.Contains($"`{scope}`", operation.GetProperty("description").GetString());
    });

    [Fact]
    public void Every_parameter_is_described_and_shown() => ApiFixture.Nothing(
        from o in api.Operations
        where o.Operation.TryGetProperty("parameters", out _)
        from parameter in o.Operation.GetProperty("parameters").EnumerateArray().Select(api.Schemas.Resolve)
        from name in new[] { "description", "schema", "example" }
        where !parameter.TryGetProperty(name, out var value) || value.GetRawText() is "\"\"" or "{}"
        select $"{o.Name}: {parameter.GetProperty("name")} has no {name}");

    [Fact]
    public void Every_variable_of_a_path_is_a_parameter() => ApiFixture.Nothing(
        from o in api.Operations
        from variable in o.Name.Split('{').Skip(1).Select(part => part.Split('}')[0])
        where !o.Operation.GetProperty("parameters").EnumerateArray().Select(api.Schemas.Resolve)
            .Any(p => p.GetProperty("in").GetString() is "path" && p.GetProperty("name").GetString() == variable)
        select $"{o.Name}: {variable}");

    [Fact]
    public void Every_property_is_described() => ApiFixture.Nothing(
        Walk(api.Document, "$").Where(schema => schema.Element.TryGetProperty("properties", out _)).SelectMany(schema =>
            from property in schema.Element.GetProperty("properties").EnumerateObject()
            where !property.Value.TryGetProperty("description", out _) && !schema.Place.EndsWith(".schema", StringComparison.Ordinal)
            select $"{schema.Place}.{property.Name}"));

    [Fact]
    public void Every_published_schema_is_described_and_used()
    {
        var schemas = api.Document.GetProperty("components").GetProperty("schemas").EnumerateObject().ToList();
        ApiFixture.Nothing(schemas.Where(schema => !schema.Value.TryGetProperty("description", out _)).Select(schema => schema.Name));
        ApiFixture.Nothing(
            schemas.Select(schema => schema.Name).Where(name => !api.Json.Contains($"\"#/components/schemas/{name}\"")));
    }

    [Fact]
    public void Every_example_is_valid() => ApiFixture.Nothing(
        from media in Media()
        from example in media.Element.GetProperty("examples").EnumerateObject()
        from violation in api.Schemas.Check(media.Element.GetProperty("schema"), example.Value.GetProperty("value"))
        select $"{media.Place} {example.Name}: {violation}");

    [Fact]
    public void Every_example_of_a_parameter_and_of_a_published_schema_is_valid()
    {
        ApiFixture.Nothing(
            from schema in api.Document.GetProperty("components").GetProperty("schemas").EnumerateObject()
            where schema.Value.TryGetProperty("examples", out _)
            from violation in api.Schemas.Check(schema.Value, schema.Value.GetProperty("examples")[0])
            select $"{schema.Name}: {violation}");
        ApiFixture.Nothing(
            from o in api.Operations
            where o.Operation.TryGetProperty("parameters", out _)
            from parameter in o.Operation.GetProperty("parameters").EnumerateArray().Select(api.Schemas.Resolve)
            from violation in api.Schemas.Check(parameter.GetProperty("schema"), parameter.GetProperty("example"))
            select $"{o.Name} {parameter.GetProperty("name")}: {violation}");
    }

    [Fact]
    public void Every_body_and_every_answer_has_an_example() =>
        ApiFixture.Nothing(Media().Where(media => !media.Element.TryGetProperty("examples", out _)).Select(media => media.Place));

    [Fact]
    public void Every_command_with_members_has_a_body_and_takes_an_idempotency_key() => Assert.All(api.Routes, route =>
    {
        var operation = api.Operation(route.Method, route.Path);
        Assert.Equal(route.Slice.HasBody, operation.TryGetProperty("requestBody", out _));
        Assert.Equal(
            route.Slice.IsCommand,
            operation.TryGetProperty("parameters", out var parameters) && parameters.GetRawText().Contains("\"#/components/parameters/IdempotencyKey\""));
    });

    [Fact]
    public void Every_refusal_has_an_example_under_its_status() => ApiFixture.Nothing(
        from o in api.Operations
        from response in o.Operation.GetProperty("responses").EnumerateObject()
        where response.Name[0] is not '2'
        let media = api.Schemas.Resolve(response.Value).GetProperty("content").GetProperty("application/json")
        from code in CodesOf(media.GetProperty("schema"))
        where !media.GetProperty("examples").TryGetProperty(code, out _)
        select $"{o.Name} {response.Name}: {code}");

    [Fact]
    public void No_text_of_the_code_shows_through() => Assert.DoesNotMatch("mobieus|<see|<c>|cref|T:Helpdesk", api.Json);

    private IEnumerable<(string Place, JsonElement Element)> Media() =>
        Walk(api.Document, "$").Where(place => place.Place.EndsWith(".content.application/json", StringComparison.Ordinal));

    private static IEnumerable<(string Place, JsonElement Element)> Walk(JsonElement element, string place) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .Where(member => member.Name is not ("example" or "examples" or "value"))
            .SelectMany(member => Walk(member.Value, $"{place}.{member.Name}")).Prepend((place, element)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, i) => Walk(item, $"{place}[{i}]")),
        _ => [],
    };

    /// <summary>The refusals that a route declares, as status and code.</summary>
    protected HashSet<string> Declared(string method, string path) => (
        from response in api.Operation(method, path).GetProperty("responses").EnumerateObject()
        where response.Name[0] is not '2'
        from code in CodesOf(api.Schemas.Resolve(response.Value).GetProperty("content").GetProperty("application/json").GetProperty("schema"))
        select $"{response.Name} {code}").ToHashSet();

    /// <summary>The codes of a refusal's schema: the error itself is one, or has one.</summary>
    private static IEnumerable<string> CodesOf(JsonElement schema)
    {
        var error = schema.GetProperty("properties").GetProperty("error");
        var codes = error.TryGetProperty("enum", out _) ? error : error.GetProperty("properties").GetProperty("code");
        return codes.GetProperty("enum").EnumerateArray().Select(code => code.GetString()!);
    }
}
