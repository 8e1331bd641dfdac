using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using MediatR;
using Npgsql;

namespace Helpdesk.SharedKernel.Behaviours;

/// <summary>
/// Around every command: lets the handler decide, then writes what it collected in one transaction, with its events and the remembered
/// reply. When another writer changed what the decision stood on, the handler decides again on what is there now; so it does when it decided on what
/// is remembered and nothing would be written, which could tell whether that is still true.
/// </summary>
internal sealed class CommandBehaviour<TRequest, TResponse>(TenantDb db, RequestContext context, Idempotency idempotency)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : ICommand
    where TResponse : IFailable<TResponse>
{
    // Losing so often in a row needs as many other writers on the same row at the same moment; then the caller should come back later.
    private const int Attempts = 12;

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        db.MayRecall = true;
        for (var attempt = 1; ; attempt++)
        {
            var response = await next();
            if (db.HasRecalled && (response.Error is not null || !db.HasWrites))
            {
                // No write would find out whether what was remembered is still true.
                db.Discard();
                db.MayRecall = false;
                response = await next();
            }

            if (response.Error is not null)
                return await RefuseAsync(response, cancellationToken);

            try
            {
                return await CommitAsync(response, cancellationToken);
            }
            catch (PostgresException exception)
            {
                var refusal = await AfterAsync(exception, attempt, cancellationToken);
                if (refusal is not null)
                    return await RefuseAsync(TResponse.Fail(refusal), cancellationToken);
                if (context.Reply is not null)
                    return response;
                Telemetry.CommitsRetried.Add("request", typeof(TRequest).Name);
                // Attempts that lost together would meet again: part them.
                if (attempt > 1)
                    await Task.Delay(Random.Shared.Next(1, 4 * attempt), cancellationToken);
            }
        }
    }

    private async Task<TResponse> CommitAsync(TResponse response, CancellationToken ct)
    {
        var renderer = context.Renderer as IReplyRenderer<TResponse>;
        if (context.Idempotency is not { } key || renderer is null)
        {
            if (db.HasWrites)
                await db.CommitAsync(ct);
            return response;
        }

        var reply = renderer.Render(context, response);
        idempotency.Remember(key, reply);
        await db.CommitAsync(ct);
        context.Reply = db.Late is { } late ? reply with { Body = late.FillIn(reply.Body) } : reply;
        return response;
    }

    /// <summary>What a failed commit means: a refusal, a stored reply (left in the context), or neither: decide again.</summary>
    private async Task<Error?> AfterAsync(PostgresException exception, int attempt, CancellationToken ct)
    {
        var refusal = db.ErrorFor(exception);
        db.Discard();
        db.MayRecall = false;
        if (refusal is not null)
            return refusal;
        if (context.Idempotency is { } key)
        {
            if (exception.ConstraintName == Idempotency.Constraint)
                return await ReplayAsync(key, ct);
            if (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
                return Idempotency.InProgress;
        }

        var lostRace = exception.SqlState
            is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.ForeignKeyViolation;
        if (!lostRace || attempt == Attempts)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        return null;
    }

    private async Task<Error?> ReplayAsync(IdempotencyKey key, CancellationToken ct)
    {
        var found = await idempotency.FindAsync(key, ct);
        if (found.Error is not null)
            return found.Error;
        context.Reply = found.Value;
        return null;
    }

    /// <summary>
    /// Rolls back. A refusal by the handler is remembered like a success; but when the key has a reply already, that reply is the answer:
    /// the first request's own work may be what the handler refuses now.
    /// </summary>
    private async Task<TResponse> RefuseAsync(TResponse response, CancellationToken ct)
    {
        db.Discard();
        if (context.Idempotency is not { } key || context.Renderer is not IReplyRenderer<TResponse> renderer
            || response.Error == Idempotency.Reused || response.Error == Idempotency.InProgress)
        {
            return response;
        }

        if (await ReplayAsync(key, ct) is { } reused)
            return TResponse.Fail(reused);
        if (context.Reply is not null)
            return response;
        var reply = renderer.Render(context, response);
        await idempotency.RememberRefusalAsync(key, reply, ct);
        context.Reply = reply;
        return response;
    }
}
