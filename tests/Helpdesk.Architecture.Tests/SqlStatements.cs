using System.Reflection;
using System.Text.RegularExpressions;
using Helpdesk.SharedKernel.Data;
using NpgsqlTypes;

namespace Helpdesk.Architecture.Tests;

/// <summary>A statement of the code.</summary>
/// <param name="Owner">The class it stands in.</param>
/// <param name="Name">Class and constant.</param>
/// <param name="Text">The statement, with <c>@Name</c> for a parameter.</param>
internal sealed record SqlStatement(Type Owner, string Name, string Text)
{
    public override string ToString() => Name;
}

/// <summary>Finds the statements of an assembly and how the code binds their parameters.</summary>
internal static partial class SqlStatements
{
    private const BindingFlags Static = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Every static or constant string whose name ends in "Sql". A script of several statements is taken apart.</summary>
    public static IEnumerable<SqlStatement> In(Assembly assembly) =>
        from type in assembly.GetTypes()
        where !type.ContainsGenericParameters
        from field in type.GetFields(Static)
        where field.FieldType == typeof(string) && field.Name.EndsWith("Sql", StringComparison.Ordinal)
        from text in SqlScript.Split((string)field.GetValue(null)!)
        select new SqlStatement(type, $"{type.Name}.{field.Name}", text);

    /// <summary>Whether a text of the code reads as a statement.</summary>
    public static bool LooksLikeOne(string text) => Opening().IsMatch(text);

    /// <summary>
    /// The types that the code may give the parameters, each a list in their order: from the objects made in a method that loads the
    /// statement, else from any object of the assembly that has properties of these names. Null where there is no such object.
    /// </summary>
    public static IReadOnlyList<string[]> Bindings(SqlStatement statement, IReadOnlyList<MethodFacts> code)
    {
        var names = SqlText.Of(statement.Text).Names;
        if (names.Length == 0)
            return [[]];
        var near = code.Where(method => method.Texts.Contains(statement.Text)).SelectMany(method => method.Made);
        var far = code.SelectMany(method => method.Made).Append(statement.Owner);
        return Types(near, names) is { Count: > 0 } found ? found : Types(far, names);
    }

    /// <summary>The name of a type as PostgreSQL knows it.</summary>
    public static string TypeName(NpgsqlDbType type) => type.HasFlag(NpgsqlDbType.Array)
        ? TypeName(type & ~NpgsqlDbType.Array) + "[]"
        : type switch
        {
            NpgsqlDbType.TimestampTz => "timestamptz",
            NpgsqlDbType.Double => "double precision",
            _ => type.ToString().ToLowerInvariant(),
        };

    /// <summary>The parameter types of a statement and its arguments, as they go to the server.</summary>
    public static string[] TypesOf(Statement statement) =>
        [.. statement.ToCommand().Parameters.Select(parameter => TypeName(parameter.NpgsqlDbType))];

    private static List<string[]> Types(IEnumerable<Type> makers, string[] names) => makers.Distinct()
        .Where(type => !type.ContainsGenericParameters && names.All(name => type.GetProperty(name) is not null))
        .Select(type => TypesBound(type, names)).OfType<string[]>().ToList();

    private static string[]? TypesBound(Type type, string[] names)
    {
        try
        {
            return [.. names.Select(name => TypeName(Statement.DbType(type.GetProperty(name)!.PropertyType, name)))];
        }
        catch (InvalidOperationException)
        {
            // Bound by other means than a Statement, which knows more types; the server infers them then.
            return null;
        }
    }

    [GeneratedRegex(@"^\s*(select\s|insert\s+into\s|update\s+\w+\.|delete\s+from\s|with\s+\w+\s+as\s)", RegexOptions.IgnoreCase)]
    private static partial Regex Opening();
}
