using FluentValidation;
using Helpdesk.SharedKernel.Results;
using MediatR;

namespace Helpdesk.SharedKernel.Behaviours;

/// <summary>Runs the request's validators before its handler; all fields at fault are named in one answer.</summary>
internal sealed class ValidationBehaviour<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
    where TResponse : IFailable<TResponse>
{
    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        foreach (var validator in validators)
        {
            var outcome = validator.Validate(request);
            if (!outcome.IsValid)
            {
                var fields = outcome.Errors.GroupBy(failure => failure.PropertyName)
                    .ToDictionary(group => group.Key, group => group.Select(failure => failure.ErrorMessage).ToArray());
                return Task.FromResult(TResponse.Fail(Error.Invalid(fields)));
            }
        }

        return next();
    }
}
