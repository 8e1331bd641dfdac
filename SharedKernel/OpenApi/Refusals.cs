using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Helpdesk.SharedKernel.Results;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>
/// The refusals that a route can meet, as the code would make them: a module's errors are found in its assembly by their codes, so that
/// the documents show their messages and further members.
/// </summary>
internal sealed class Refusals
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly ConcurrentDictionary<Assembly, Dictionary<string, Error>> _known = new();

    /// <summary>What the request says of itself.</summary>
    public IEnumerable<Error> Declared(Type request) =>
        from refusal in request.GetCustomAttributes<RefusesAttribute>()
        where refusal.Code is not "validation_failed"
        select Find(request.Assembly, refusal.Kind, refusal.Code);

    private Error Find(Assembly assembly, ErrorKind kind, string code)
    {
        foreach (var place in new[] { assembly, typeof(Refusals).Assembly })
        {
            if (_known.GetOrAdd(place, Collect).TryGetValue(code, out var error) && error.Kind == kind)
                return error;
        }

        var words = code.Replace('_', ' ');
        return new Error(code, kind, char.ToUpperInvariant(words[0]) + words[1..] + ".");
    }

    private static Dictionary<string, Error> Collect(Assembly assembly)
    {
        var known = new Dictionary<string, Error>();
        foreach (var type in assembly.GetTypes().Where(type => !type.ContainsGenericParameters).OrderBy(type => type.FullName))
        {
            foreach (var field in type.GetFields(Static).Where(field => field.FieldType == typeof(Error)))
                Add(known, (Error?)field.GetValue(null));
            if (type.Name.EndsWith("Errors", StringComparison.Ordinal))
            {
                foreach (var method in type.GetMethods(Static).Where(method => method.ReturnType == typeof(Error)))
                    Add(known, Make(method));
            }
        }

        return known;
    }

    private static void Add(Dictionary<string, Error> known, Error? error)
    {
        if (error is not null)
            known.TryAdd(error.Code, error);
    }

    /// <summary>The error that a method makes of plain values; null for methods that want more than these.</summary>
    private static Error? Make(MethodInfo method)
    {
        if (method.ContainsGenericParameters)
            return null;
        var arguments = method.GetParameters()
            .Select(p => Samples.Argument(JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name!), p.ParameterType)).ToArray();
        try
        {
            return Array.TrueForAll(arguments, argument => argument is not null) ? (Error?)method.Invoke(null, arguments) : null;
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }
}
