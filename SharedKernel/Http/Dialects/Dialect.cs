using System.Text.Json;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;

namespace Helpdesk.SharedKernel.Http.Dialects;

/// <summary>
/// One of the documented APIs through which the same data is served: its scopes, its keys, its words for refusals and their shape. Has no
/// state. What a request passes before it reaches a slice is the dialect's <see cref="IGate"/>; what a slice answers is written by its
/// <see cref="SliceEndpoint{TRequest, TReply}"/>. Stands in the metadata of every route of the dialect, which no other dialect's hosts reach.
/// </summary>
public abstract class Dialect
{
    /// <summary>Its name for operators, lower case.</summary>
    public abstract string Name { get; }

    /// <summary>Its scopes and what each grants.</summary>
    public abstract ScopeTable Scopes { get; }

    /// <summary>What its keys look like.</summary>
    public abstract KeyForm Keys { get; }

    /// <summary>Whether the rate of its requests is limited, so that a key may have limits of its own.</summary>
    public virtual bool HasLimits => false;

    /// <summary>Whether pages of other origins may read its answers.</summary>
    public virtual bool IsForOtherOrigins => false;

    /// <summary>What the dialect says when a request ends in a fault.</summary>
    public abstract Error ErrorOf(Fault fault);

    /// <summary>A refusal of a module or of the kernel in the dialect's own codes. Called once for each refusal, before all below.</summary>
    protected internal virtual Error Translate(Error error) => error;

    /// <summary>The HTTP status of a translated refusal.</summary>
    protected internal abstract int StatusOf(Error error);

    /// <summary>Writes the body of a translated refusal.</summary>
    protected internal abstract void Write(Utf8JsonWriter json, Error error, RequestContext context);

    /// <summary>Adds the headers of a translated refusal.</summary>
    protected internal virtual void AddHeaders(IHeaderDictionary headers, Error error)
    {
    }

    /// <summary>Answers with a refusal.</summary>
    public Task RefuseAsync(HttpContext http, RequestContext context, Error error)
    {
        error = Translate(error);
        AddHeaders(http.Response.Headers, error);
        return Replies.SendAsync(http, StatusOf(error), Replies.Render(error, context, Write).WrittenSpan);
    }
}

/// <summary>What can go wrong around a slice, whatever the route.</summary>
public enum Fault
{
    /// <summary>The body is over the limit of 1 MiB.</summary>
    TooLarge,

    /// <summary>The body did not come in time.</summary>
    TimedOut,

    /// <summary>The request is broken on the level of HTTP.</summary>
    Unreadable,

    /// <summary>The database is away; the same request may succeed soon.</summary>
    Unavailable,

    /// <summary>A bug.</summary>
    Bug,
}

/// <summary>The text of a dialect's keys: a prefix and 32 random bytes in base64url.</summary>
/// <param name="Live">The prefix of keys for live data.</param>
/// <param name="Test">The prefix of keys for the test environment; null where the dialect has none.</param>
public sealed record KeyForm(string Live, string? Test);
