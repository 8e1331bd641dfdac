using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>
/// The refusals that a route can meet, as the code would make them: a module's errors are found in its assembly by their codes, so that
/// the documents show their messages and further members.
/// </summary>
internal sealed class Refusals
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Tenant Starter = new(1, "acme", "Acme", Plans.Starter, null, null, []);

    private static readonly Error InProgress =
        new("idempotency_in_progress", ErrorKind.Conflict, "A request with this Idempotency-Key is still being processed.");

    private readonly ConcurrentDictionary<Assembly, Dictionary<string, Error>> _known = new();

    /// <summary>What every route of the dialect can answer, whatever it does.</summary>
    public static IEnumerable<Error> OfEveryRoute(Permission permission) =>
    [
        NativeErrors.InvalidApiKey,
        NativeErrors.PlanGated(Starter),
        NativeErrors.InsufficientScope(permission),
        NativeErrors.TenantNotFound,
        NativeErrors.RateLimited(60, "minute", 17),
        NativeErrors.ServerError,
        NativeErrors.Unavailable,
    ];

    /// <summary>What every route that takes a body can answer.</summary>
    public static IEnumerable<Error> OfEveryCommand() =>
    [
        RequestBody.NotAnObject,
        InProgress,
        NativeErrors.RequestTimeout,
        NativeErrors.PayloadTooLarge,
        RequestBody.NotJson,
        Idempotency.Reused,
    ];

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
