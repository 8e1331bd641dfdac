using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;

namespace Helpdesk.SharedKernel.Http.Dialects;

/// <summary>
/// What a request passes on the hosts of one dialect before it reaches a slice, in the order of that dialect's contract. Its steps are
/// those of <see cref="Entrance"/>. Found by scanning; one for the whole process.
/// </summary>
public interface IGate
{
    /// <summary>The dialect.</summary>
    Dialect Dialect { get; }

    /// <summary>The host names of the dialect: each of them, and whatever has one more label before it. The longest that fits decides.</summary>
    IReadOnlyList<string> Suffixes { get; }

    /// <summary>Lets the request on to its route, or answers it. Routing has been done; nothing is known of tenant and caller yet.</summary>
    Task PassAsync(HttpContext http, RequestContext context, RequestDelegate next);
}
