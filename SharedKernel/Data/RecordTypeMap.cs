using System.Reflection;
using Dapper;

namespace Helpdesk.SharedKernel.Data;

/// <summary>
/// Lets Dapper fill records by their constructor with the columns of the same names, whatever type the driver announces: it announces all
/// arrays as <see cref="Array"/>, which Dapper takes for a mismatch.
/// </summary>
internal sealed class RecordTypeMap(Type type, ConstructorInfo constructor) : SqlMapper.ITypeMap
{
    private readonly DefaultTypeMap _byDefault = new(type);

    public static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.TypeMapProvider = type => type.GetConstructors() is [{ } only] && only.GetParameters().Length > 0
            ? new RecordTypeMap(type, only)
            : new DefaultTypeMap(type);
    }

    public ConstructorInfo? FindConstructor(string[] names, Type[] types) => constructor;

    public ConstructorInfo? FindExplicitConstructor() => constructor;

    public SqlMapper.IMemberMap? GetConstructorParameter(ConstructorInfo constructor, string columnName) =>
        _byDefault.GetConstructorParameter(constructor, columnName);

    public SqlMapper.IMemberMap? GetMember(string columnName) => _byDefault.GetMember(columnName);
}
