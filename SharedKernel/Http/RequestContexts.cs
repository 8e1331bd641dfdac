using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Helpdesk.SharedKernel.Http;

/// <summary>The context of a request over HTTP, at hand without a look into the container.</summary>
public static class RequestContexts
{
    /// <summary>What is known about the request. Throws before the first stop of all requests has put it there.</summary>
    public static RequestContext Context(this HttpContext http) => http.Features.GetRequiredFeature<RequestContext>();
}
