using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Requests;

namespace Helpdesk.SharedKernel.Tenancy;

/// <summary>Who did something, in the words of the audit log (mobieus 6.8).</summary>
public enum ActorKind
{
    /// <summary>A member of the support team.</summary>
    Agent,

    /// <summary>A person who asks for help.</summary>
    Requester,

    /// <summary>The server itself.</summary>
    System,

    /// <summary>A program with an API key.</summary>
    Api,
}

/// <summary>Who sends a request, and what it may do.</summary>
/// <param name="Kind">What sort of caller it is.</param>
/// <param name="Id">The id of the key, agent or requester; 0 for the server itself.</param>
/// <param name="Label">A name for people, such as the label of the key.</param>
/// <param name="Permissions">What the caller may do.</param>
/// <param name="IsTest">Whether it sees and writes the rows of the test environment instead of the live ones.</param>
/// <param name="Owner">The person that an API key belongs to, who asks when a ticket names no requester.</param>
public sealed record Caller(ActorKind Kind, long Id, string Label, PermissionSet Permissions, bool IsTest, Person? Owner)
{
    /// <summary>The server itself, for work in the background.</summary>
    public static readonly Caller Server = new(ActorKind.System, 0, "system", PermissionSet.All, false, null);
}

/// <summary>A name and an e-mail address.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Email">The address, lower case.</param>
public sealed record Person(string Name, string Email);

/// <summary>An API key as a request needs it.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="TenantId">The only tenant it works on.</param>
/// <param name="Caller">Who it makes the sender.</param>
/// <param name="RatePerMinute">Its own limit, when it has one.</param>
/// <param name="RatePerHour">Its own limit, when it has one.</param>
/// <param name="ExpiresAt">From when on it is refused.</param>
public sealed record ApiKey(long Id, long TenantId, Caller Caller, int? RatePerMinute, int? RatePerHour, DateTime? ExpiresAt);

/// <summary>Finds API keys by what the client sent.</summary>
public interface IApiKeys
{
    /// <summary>The dialect's key, or null when it is malformed, of another dialect, unknown, revoked or expired.</summary>
    ValueTask<ApiKey?> FindAsync(Dialect dialect, string token, CancellationToken ct);

    /// <summary>The dialect's key, when it is known from an earlier request and works still; never asks the database.</summary>
    ApiKey? Remembered(Dialect dialect, string token);

    /// <summary>Remembers that the key was used; written to the database every now and then.</summary>
    void Used(ApiKey key, System.Net.IPAddress? address);
}
