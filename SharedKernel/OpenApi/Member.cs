using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>A member of a record that crosses the wire.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Property">Where its value is kept.</param>
/// <param name="Parameter">What gives it its value, for records with a constructor.</param>
/// <param name="IsInput">Whether a body can set it.</param>
internal sealed record Member(string Name, PropertyInfo Property, ParameterInfo? Parameter, bool IsInput)
{
    private static readonly NullabilityInfoContext Nullabilities = new();

    public bool InPath => Has<FromRouteAttribute>();

    /// <summary>Whether the member is left out of replies while it is null (or has its type's default).</summary>
    public bool IsOmittedWhenNull => Get<JsonIgnoreAttribute>()?.Condition
        is JsonIgnoreCondition.WhenWritingNull or JsonIgnoreCondition.WhenWritingDefault;

    public NullabilityInfo Nullability
    {
        get
        {
            lock (Nullabilities)
                return Nullabilities.Create(Property);
        }
    }

    /// <summary>The members as the serialiser sees them, in its order.</summary>
    public static IReadOnlyList<Member> Of(Type type, JsonSerializerOptions json) =>
    [
        .. from property in json.GetTypeInfo(type).Properties
           where property.AttributeProvider is PropertyInfo
           let parameter = ParameterOf(type, ((PropertyInfo)property.AttributeProvider!).Name)
           let member = new Member(property.Name, (PropertyInfo)property.AttributeProvider!, parameter, IsSettable(property, parameter))
           where member.Get<JsonIgnoreAttribute>()?.Condition is not JsonIgnoreCondition.Always
           select member,
    ];

    /// <summary>The parts of the path or of the query string, named as the binder names them.</summary>
    public static IReadOnlyList<Member> OfUrl(Type type, JsonSerializerOptions json) =>
    [
        .. from parameter in ConstructorOf(type)
           select new Member(
               json.PropertyNamingPolicy!.ConvertName(parameter.Name!), type.GetProperty(parameter.Name!)!, parameter, true),
    ];

    public bool Has<T>() where T : Attribute => Property.IsDefined(typeof(T), true) || Parameter?.IsDefined(typeof(T), true) == true;

    public T? Get<T>() where T : Attribute =>
        Property.GetCustomAttributes<T>(true).Concat(Parameter?.GetCustomAttributes<T>(true) ?? []).FirstOrDefault();

    private static bool IsSettable(JsonPropertyInfo property, ParameterInfo? parameter) =>
        property.Set is not null || parameter is not null;

    private static ParameterInfo? ParameterOf(Type type, string name) => Array.Find(ConstructorOf(type), p => p.Name == name);

    private static ParameterInfo[] ConstructorOf(Type type) => type.GetConstructors()
        .OrderByDescending(constructor => constructor.GetParameters().Length).FirstOrDefault()?.GetParameters() ?? [];
}
