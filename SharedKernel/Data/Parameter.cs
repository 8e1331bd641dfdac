using System.Reflection;
using Npgsql;
using NpgsqlTypes;

namespace Helpdesk.SharedKernel.Data;

/// <summary>Takes one parameter of a statement from the object that holds them; made once for each statement and type of object.</summary>
internal abstract class Parameter
{
    /// <summary>The parameter with the object's value.</summary>
    public abstract NpgsqlParameter Of(object args);

    public static Parameter[] For(Type args, string[] names) =>
        [.. names.Select(name => For(args, name, args.GetProperty(name)
            ?? throw new InvalidOperationException($"The statement wants @{name}, which {args.Name} does not have.")))];

    private static Parameter For(Type args, string name, PropertyInfo property)
    {
        var type = Statement.DbType(property.PropertyType, name);
        var getter = property.GetMethod!;
        var underlying = Nullable.GetUnderlyingType(property.PropertyType);
        var parameter = underlying is not null ? typeof(OfNullable<,>).MakeGenericType(args, underlying)
            : property.PropertyType.IsValueType ? typeof(OfValue<,>).MakeGenericType(args, property.PropertyType)
            : typeof(OfObject<,>).MakeGenericType(args, property.PropertyType);
        return (Parameter)Activator.CreateInstance(parameter, getter, type)!;
    }

    private static NpgsqlParameter Null(NpgsqlDbType type) => new() { NpgsqlDbType = type, Value = DBNull.Value };

    private sealed class OfValue<TArgs, T>(MethodInfo getter, NpgsqlDbType type) : Parameter where TArgs : class
    {
        private readonly Func<TArgs, T> _get = getter.CreateDelegate<Func<TArgs, T>>();

        public override NpgsqlParameter Of(object args) => new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = _get((TArgs)args) };
    }

    private sealed class OfNullable<TArgs, T>(MethodInfo getter, NpgsqlDbType type) : Parameter where TArgs : class where T : struct
    {
        private readonly Func<TArgs, T?> _get = getter.CreateDelegate<Func<TArgs, T?>>();

        public override NpgsqlParameter Of(object args) =>
            _get((TArgs)args) is { } value ? new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value } : Null(type);
    }

    private sealed class OfObject<TArgs, T>(MethodInfo getter, NpgsqlDbType type) : Parameter where TArgs : class where T : class
    {
        private readonly Func<TArgs, T?> _get = getter.CreateDelegate<Func<TArgs, T?>>();

        public override NpgsqlParameter Of(object args) =>
            _get((TArgs)args) is { } value ? new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value } : Null(type);
    }
}
