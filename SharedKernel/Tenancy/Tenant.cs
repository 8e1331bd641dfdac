namespace Helpdesk.SharedKernel.Tenancy;

/// <summary>A customer of this installation, as every request needs it.</summary>
/// <param name="Id">The id in every row of the tenant.</param>
/// <param name="Slug">The host label, lower case.</param>
/// <param name="Name">The name for people.</param>
/// <param name="Plan">One of <see cref="Plans"/>.</param>
/// <param name="RatePerMinute">Requests a minute for each key, when the tenant has a limit of its own.</param>
/// <param name="RatePerHour">Requests an hour for each key, when the tenant has a limit of its own.</param>
/// <param name="AllowedOrigins">Origins that browsers may call from; empty means any.</param>
public sealed record Tenant(
    long Id, string Slug, string Name, string Plan, int? RatePerMinute, int? RatePerHour, string[] AllowedOrigins);

/// <summary>The plans a tenant can have (mobieus, post "API expansion"); the API is open to all but the first.</summary>
public static class Plans
{
    /// <summary>The plan without the API.</summary>
    public const string Starter = "starter";

    /// <summary>The plans with the API, smallest first.</summary>
    public static readonly string[] WithApi = ["pro", "creator-plus", "sovereign"];

    /// <summary>All plans, smallest first.</summary>
    public static readonly string[] All = [Starter, .. WithApi];
}

/// <summary>Finds tenants. Answers come from memory; a disabled tenant is not found.</summary>
public interface ITenantDirectory
{
    /// <summary>The tenant with this host label, in any letter case.</summary>
    ValueTask<Tenant?> FindAsync(string slug, CancellationToken ct);

    /// <summary>The tenant with this id.</summary>
    ValueTask<Tenant?> FindAsync(long id, CancellationToken ct);
}
