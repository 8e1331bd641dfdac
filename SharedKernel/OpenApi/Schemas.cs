using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Requests;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>
/// Schemas of the types that cross the wire, as the serialiser writes and reads them. Records and enums are published once, under a name
/// of their own, and referred to.
/// </summary>
internal sealed class Schemas(OpenApiDocument document, XmlDocs docs, JsonSerializerOptions json)
{
    private readonly Dictionary<(Type Type, bool IsInput), string> _names = [];
    private readonly Dictionary<string, Type> _types = [];

    /// <summary>The type that is published under a name.</summary>
    public Type? TypeOf(string name) => _types.GetValueOrDefault(name);

    /// <summary>A record that replies hold.</summary>
    public IOpenApiSchema OfReply(Type type) => Of(type, null, new Use(false, Rules.None));

    /// <summary>A record that is read from a body.</summary>
    public IOpenApiSchema OfBody(Type type, Rules rules) => Of(type, null, new Use(true, rules));

    /// <summary>A part of the path or of the query string: there is no null there.</summary>
    public IOpenApiSchema OfParameter(Member member, Rules rules)
    {
        var type = Nullable.GetUnderlyingType(member.Property.PropertyType) ?? member.Property.PropertyType;
        var schema = Plain(type, null, new Use(true, rules));
        if (member.Get<ChoicesAttribute>() is { Many: true } choices)
            schema = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Text(choices.Values), MinItems = 1 };
        return MemberLimits.Apply(member, schema, rules);
    }

    /// <summary>Whether a body must have the member.</summary>
    public static bool IsRequired(Member member, Rules rules) => rules.IsRequired(member.Name)
        ?? (!member.Property.PropertyType.IsValueType && member.Nullability.ReadState is not NullabilityState.Nullable
            && member.Parameter?.HasDefaultValue != true);

    /// <summary>A text that has one of these values.</summary>
    public static OpenApiSchema Text(IEnumerable<string> values) =>
        new() { Type = JsonSchemaType.String, Enum = [.. values.Select(value => (JsonNode)value)] };

    /// <summary>A schema that takes anything.</summary>
    public static OpenApiSchema Anything() => new();

    /// <summary>The same or null.</summary>
    public static IOpenApiSchema OrNull(IOpenApiSchema schema)
    {
        if (schema is not OpenApiSchema { Type: { } type } plain)
            return new OpenApiSchema { OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }] };
        plain.Type = type | JsonSchemaType.Null;
        plain.Enum?.Add(JsonNullSentinel.JsonNull);
        return plain;
    }

    private IOpenApiSchema Of(Type type, NullabilityInfo? nullability, Use use, bool neverNull = false)
    {
        if (IsOptional(type))
            return Of(type.GetGenericArguments()[0], nullability?.GenericTypeArguments[0], use, neverNull);
        var inner = Nullable.GetUnderlyingType(type);
        var schema = Plain(inner ?? type, nullability, use);
        var mayBeNull = inner is not null || (!type.IsValueType && nullability?.ReadState is NullabilityState.Nullable);
        return mayBeNull && !neverNull ? OrNull(schema) : schema;
    }

    private static bool IsOptional(Type type) => type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);

    private IOpenApiSchema Plain(Type type, NullabilityInfo? nullability, Use use)
    {
        if (Simple(type) is { } simple)
            return simple;
        if (type.IsEnum)
            return Published(type, use, () => Enumeration(type));
        var contract = json.GetTypeInfo(type);
        return contract.Kind switch
        {
            JsonTypeInfoKind.Dictionary => new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = Of(contract.ElementType!, nullability?.GenericTypeArguments.ElementAtOrDefault(1), use),
            },
            JsonTypeInfoKind.Enumerable => new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = Of(contract.ElementType!, nullability?.ElementType ?? nullability?.GenericTypeArguments.FirstOrDefault(), use),
            },
            JsonTypeInfoKind.Object => Published(type, use, null),
            _ => type.GetCustomAttribute<ExampleAttribute>() is { } example ? Inferred.From(example.Value(isText: false)) : Anything(),
        };
    }

    private static OpenApiSchema? Simple(Type type) => type switch
    {
        _ when type == typeof(string) || type == typeof(LateText) => new() { Type = JsonSchemaType.String },
        _ when type == typeof(bool) => new() { Type = JsonSchemaType.Boolean },
        _ when type == typeof(long) => new() { Type = JsonSchemaType.Integer, Format = "int64" },
        _ when type == typeof(int) || type == typeof(short) || type == typeof(LateInt) => new() { Type = JsonSchemaType.Integer, Format = "int32" },
        _ when type == typeof(double) || type == typeof(decimal) => new() { Type = JsonSchemaType.Number },
        _ when type == typeof(DateTime) || type == typeof(DateTimeOffset) => new() { Type = JsonSchemaType.String, Format = "date-time" },
        _ when type == typeof(DateOnly) => new() { Type = JsonSchemaType.String, Format = "date" },
        _ when type == typeof(Guid) => new() { Type = JsonSchemaType.String, Format = "uuid" },
        _ when type == typeof(RawJson) || type == typeof(JsonObject) =>
            new() { Type = JsonSchemaType.Object, AdditionalProperties = Anything() },
        _ => null,
    };

    /// <summary>A reference to the type's schema, which is written on its first use. Records may hold themselves.</summary>
    private OpenApiSchemaReference Published(Type type, Use use, Func<OpenApiSchema>? write)
    {
        var key = (type, use.IsInput && !type.IsEnum);
        if (!_names.TryGetValue(key, out var name))
        {
            _names[key] = name = FreeName(type);
            _types[name] = type;
            var schema = write?.Invoke() ?? new OpenApiSchema { Type = JsonSchemaType.Object, Description = docs.Of(type) };
            document.AddComponent<IOpenApiSchema>(name, schema);
            if (write is null)
                AddMembers(type, schema, use);
        }

        return new OpenApiSchemaReference(name, document);
    }

    private string FreeName(Type type)
    {
        var name = DocText.SchemaName(type.Name.Split('`')[0]);
        if (type.IsConstructedGenericType)
            name += "Of" + string.Concat(type.GetGenericArguments().Select(argument => DocText.SchemaName(argument.Name)));
        if (_types.TryGetValue(name, out var other) && other == type)
            name += "Input";
        return _types.ContainsKey(name) ? type.FullName!.Replace("Helpdesk.", "").Replace(".", "").Replace("+", "") : name;
    }

    private OpenApiSchema Enumeration(Type type)
    {
        var schema = Text(new ChoicesAttribute(type).Values);
        var lines = Enum.GetNames(type).Zip(schema.Enum!, (name, value) => $"- `{value}`: {docs.Of(type, name) ?? name}");
        schema.Description = $"{docs.Of(type)}\n\n{string.Join('\n', lines)}".Trim();
        return schema;
    }

    private void AddMembers(Type type, OpenApiSchema schema, Use use)
    {
        var properties = schema.Properties = new Dictionary<string, IOpenApiSchema>();
        var required = new HashSet<string>();
        foreach (var member in Member.Of(type, json).Where(member => !use.IsInput || (member.IsInput && !member.InPath)))
        {
            var omitted = !use.IsInput && member.IsOmittedWhenNull;
            var memberType = member.Property.PropertyType;
            var neverNull = omitted || (use.IsInput && use.Rules.ForbidsNull(member.Name, IsOptional(memberType)));
            var value = Of(memberType, member.Nullability, new Use(use.IsInput, use.Rules.Under(member.Name)), neverNull);
            value = MemberLimits.Apply(member, value, use.Rules);
            value.Description = docs.Of(member.Property);
            properties[member.Name] = value;
            if (use.IsInput ? IsRequired(member, use.Rules) : !omitted)
                required.Add(member.Name);
        }

        schema.Required = required.Count > 0 ? required : null;
    }

    private sealed record Use(bool IsInput, Rules Rules);
}
