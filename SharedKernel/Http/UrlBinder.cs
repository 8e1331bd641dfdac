using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Helpdesk.SharedKernel.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Makes a request of a path and a query string, by the parameters of the record's constructor.</summary>
/// <typeparam name="TRequest">A record; parameters marked <see cref="FromRouteAttribute"/> come from the path.</typeparam>
internal static class UrlBinder<TRequest>
{
    private static readonly ConstructorInfo Constructor =
        typeof(TRequest).GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First();

    private static readonly Parameter[] Parameters = [.. Constructor.GetParameters().Select(Parameter.Of)];

    private static readonly Error Missing = MissingError();

    public static Result<TRequest> Bind(HttpRequest request)
    {
        var values = new object?[Parameters.Length];
        Dictionary<string, string[]>? faults = null;
        for (var i = 0; i < Parameters.Length; i++)
        {
            var parameter = Parameters[i];
            var text = parameter.InPath ? request.RouteValues[parameter.Name] as string : request.Query[parameter.Name].ToString();
            if (string.IsNullOrEmpty(text))
                continue;
            if (Convert(text, parameter.Type, out values[i]) is { } fault)
            {
                if (parameter.InPath)
                    return Missing;
                (faults ??= [])[parameter.Name] = [fault];
            }
        }

        return faults is null ? (TRequest)Constructor.Invoke(values) : Error.Invalid(faults);
    }

    /// <summary>Puts what the path says into a request that was read from a body.</summary>
    public static Error? Complete(TRequest bound, HttpRequest request)
    {
        foreach (var parameter in Parameters)
        {
            if (!parameter.InPath)
                continue;
            if (Convert((string)request.RouteValues[parameter.Name]!, parameter.Type, out var value) is not null)
                return Missing;
            parameter.Property.SetValue(bound, value);
        }

        return null;
    }

    private static string? Convert(string text, Type type, out object? value)
    {
        value = null;
        if (type == typeof(string))
        {
            value = text;
            return text.Contains('\0') ? "must not contain a NUL character." : null;
        }

        if (type == typeof(long))
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var l) ? Set(l, out value) : "must be an integer.";
        if (type == typeof(int))
            return ParseInt(text, out value);
        if (type == typeof(bool))
            return text is "true" or "1" ? Set(true, out value) : text is "false" or "0" ? Set(false, out value) : "must be true or false.";
        if (type == typeof(DateTime))
            return Times.TryParse(text, out var t) ? Set(t, out value) : "must be a time in ISO 8601, such as 2026-01-31T09:30:00Z.";
        throw new InvalidOperationException($"A query parameter cannot be a {type.Name}.");
    }

    /// <summary>An integer beyond 32 bits is still an integer: it is brought to the nearest that fits, and clamped like any other later.</summary>
    private static string? ParseInt(string text, out object? value)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return Set(number, out value);
        var digits = text[0] == '-' ? text.AsSpan(1) : text.AsSpan();
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9')
            ? Set(text[0] == '-' ? int.MinValue : int.MaxValue, out value)
            : Set(null, out value) ?? "must be an integer.";
    }

    private static string? Set(object? parsed, out object? value)
    {
        value = parsed;
        return null;
    }

    private static Error MissingError()
    {
        var code = typeof(TRequest).GetCustomAttributes<RefusesAttribute>()
            .FirstOrDefault(refusal => refusal.Kind == ErrorKind.NotFound)?.Code ?? "not_found";
        return Error.NotFound(code, "There is no such thing.");
    }

    private sealed record Parameter(string Name, Type Type, bool InPath, PropertyInfo Property)
    {
        public static Parameter Of(ParameterInfo parameter) => new(
            JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!),
            Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType,
            parameter.IsDefined(typeof(FromRouteAttribute)),
            typeof(TRequest).GetProperty(parameter.Name!)!);
    }
}
