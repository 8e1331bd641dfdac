using System.Reflection;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using MediatR;

namespace Helpdesk.SharedKernel.Behaviours;

/// <summary>
/// Refuses a request whose permission the caller does not hold. Over HTTP the route has asked already, before the body was read; this is
/// the lock for every other sender.
/// </summary>
internal sealed class PermissionBehaviour<TRequest, TResponse>(RequestContext context) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
    where TResponse : IFailable<TResponse>
{
    private static readonly Permission? Required = typeof(TRequest).GetCustomAttribute<RequiresAttribute>()?.Permission;

    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next) =>
        Required is { } permission && context.Caller.Permissions.Has(permission)
            ? next()
            : Task.FromResult(TResponse.Fail(new("forbidden", ErrorKind.Forbidden, "The caller may not do this.")));
}
