using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using MediatR;
using Npgsql;

namespace Helpdesk.SharedKernel.Behaviours;

/// <summary>
/// Around every hook: the retry key is claimed, the gate asked, the values looked at, in this order; then the handler runs, once. What it
/// collected is written whatever it answers, in one transaction with the remembered reply: money was spent by then, so a client that goes away does
/// not keep it from being written down.
/// </summary>
internal sealed class HookBehaviour<TRequest, TResponse>(TenantDb db, RequestContext context, HookClaims claims, IHookGate gate)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IHook
    where TResponse : IFailable<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (context is not { Idempotency: { } key, Renderer: IReplyRenderer<TResponse> renderer })
        {
            var answer = await AnswerAsync(request, next, cancellationToken);
            await db.WriteOutAsync(CancellationToken.None);
            return answer;
        }

        // To the end, though the client may go: a claim that is made while nobody waits for it would hold the key for minutes.
        var claim = await claims.TakeAsync(key, CancellationToken.None);
        if (!claim.TryGet(out var stored))
            return TResponse.Fail(claim.Error!);
        context.Reply = stored;
        return stored is not null ? default! : await AnswerClaimedAsync(request, key, renderer, next, cancellationToken);
    }

    private async Task<TResponse> AnswerClaimedAsync(
        TRequest request, IdempotencyKey key, IReplyRenderer<TResponse> renderer, RequestHandlerDelegate<TResponse> next, CancellationToken ct)
    {
        try
        {
            var answer = await AnswerAsync(request, next, ct);
            // What was not answered may be asked again; an unacceptable value stays one.
            if (answer.Error is null or { Kind: ErrorKind.Invalid })
                claims.Keep(key, renderer.Render(context, answer));
            else
                claims.Release(key);
            await db.WriteOutAsync(CancellationToken.None);
            return answer;
        }
        catch
        {
            await ReleaseAsync(key);
            throw;
        }
    }

    private async Task<TResponse> AnswerAsync(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken ct)
    {
        var refusal = await gate.AdmitAsync(request, ct) ?? context.Fault;
        return refusal is null ? await next() : TResponse.Fail(refusal);
    }

    private async Task ReleaseAsync(IdempotencyKey key)
    {
        try
        {
            db.Discard();
            claims.Release(key);
            await db.CommitAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            // The database is away. The claim ends by its age.
        }
    }
}
