using Npgsql;
using NpgsqlTypes;

namespace Helpdesk.SharedKernel.Data;

/// <summary>A statement and the object whose properties are its parameters, matched by name.</summary>
/// <param name="Sql">The text, with <c>@Name</c> for a parameter.</param>
/// <param name="Args">Usually an anonymous object; may have more properties than the statement uses.</param>
public readonly record struct Statement(string Sql, object Args)
{
    /// <summary>Makes the command for a batch. Types come from the properties, so a null has the type of its property.</summary>
    internal NpgsqlBatchCommand ToCommand()
    {
        var sql = SqlText.Of(Sql);
        var command = new NpgsqlBatchCommand(sql.Text);
        if (sql.Names.Length == 0)
            return command;
        foreach (var parameter in sql.ParametersOf(Args.GetType()))
            command.Parameters.Add(parameter.Of(Args));
        return command;
    }

    internal static NpgsqlDbType DbType(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type != typeof(byte[]) && type.IsArray)
            return NpgsqlDbType.Array | DbType(type.GetElementType()!, name);
        if (type == typeof(long)) return NpgsqlDbType.Bigint;
        if (type == typeof(string)) return NpgsqlDbType.Text;
        if (type == typeof(int)) return NpgsqlDbType.Integer;
        if (type == typeof(short)) return NpgsqlDbType.Smallint;
        if (type == typeof(bool)) return NpgsqlDbType.Boolean;
        if (type == typeof(DateTime)) return NpgsqlDbType.TimestampTz;
        if (type == typeof(byte[])) return NpgsqlDbType.Bytea;
        if (type == typeof(Guid)) return NpgsqlDbType.Uuid;
        if (type == typeof(double)) return NpgsqlDbType.Double;
        throw new InvalidOperationException($"No PostgreSQL type is chosen for @{name}, a {type.Name}.");
    }
}
