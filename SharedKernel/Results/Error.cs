namespace Helpdesk.SharedKernel.Results;

/// <summary>The kinds of refusal. A dialect turns a kind into its status code.</summary>
public enum ErrorKind
{
    /// <summary>The request cannot be read: broken JSON, a broken cursor.</summary>
    Malformed,

    /// <summary>No credential, or one that is not (or no longer) valid.</summary>
    Unauthenticated,

    /// <summary>The caller is known and may not do this.</summary>
    Forbidden,

    /// <summary>No such thing, as far as this caller may know.</summary>
    NotFound,

    /// <summary>The path exists and does not take this method.</summary>
    MethodNotAllowed,

    /// <summary>The client took too long over its request.</summary>
    TimedOut,

    /// <summary>The state of the data refuses it.</summary>
    Conflict,

    /// <summary>The body is larger than the limit.</summary>
    TooLarge,

    /// <summary>The body is not of a media type that the route reads.</summary>
    UnsupportedMedia,

    /// <summary>The request was read and a value in it is not acceptable.</summary>
    Invalid,

    /// <summary>Too many requests.</summary>
    Limited,

    /// <summary>What only somebody outside could answer was not answered. A hook says so in its own envelope (see <see cref="Requests.IHook"/>).</summary>
    Declined,

    /// <summary>A bug. Logged with the request id; the caller learns nothing more.</summary>
    Internal,

    /// <summary>The database or another dependency is away; the same request may succeed soon.</summary>
    Unavailable,
}

/// <summary>An expected refusal, as a value. Codes are part of the API: add, never rename.</summary>
/// <param name="Code">Machine-readable name, in snake case.</param>
/// <param name="Kind">What sort of refusal it is.</param>
/// <param name="Message">One sentence for a person; holds no data of other callers.</param>
public sealed record Error(string Code, ErrorKind Kind, string Message)
{
    /// <summary>Further members that a dialect shows beside code and message, in the order given.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Extra { get; private init; } = [];

    /// <summary>The same error with one more member.</summary>
    public Error With(string name, object? value) => this with { Extra = [.. Extra, new(name, value)] };

    /// <summary>A thing that is not there.</summary>
    public static Error NotFound(string code, string message) => new(code, ErrorKind.NotFound, message);

    /// <summary>A refusal by the state of the data.</summary>
    public static Error Conflict(string code, string message) => new(code, ErrorKind.Conflict, message);

    /// <summary>Values that are not acceptable, each field with its reasons.</summary>
    public static Error Invalid(IReadOnlyDictionary<string, string[]> fields) =>
        new Error("validation_failed", ErrorKind.Invalid, "Some values are not acceptable; see the fields.").With("fields", fields);

    /// <summary>One value that is not acceptable.</summary>
    public static Error Invalid(string field, string reason) => Invalid(new Dictionary<string, string[]> { [field] = [reason] });
}

/// <summary>Names a refusal that a request can meet, so that the API documents list it.</summary>
/// <param name="kind">The kind of refusal.</param>
/// <param name="code">Its code.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RefusesAttribute(ErrorKind kind, string code) : Attribute
{
    /// <summary>The kind of refusal.</summary>
    public ErrorKind Kind => kind;

    /// <summary>Its code.</summary>
    public string Code => code;
}
