using Helpdesk.SharedKernel.Results;
using MediatR;

namespace Helpdesk.SharedKernel.Requests;

/// <summary>
/// A request that somebody outside of this server answers, for money: a model. A gate admits it before its values are looked at, its
/// handler runs once and never again, and what cannot be answered is told in an envelope of its own with status 200 (mobieus 5.9).
/// </summary>
public interface IHook;

/// <summary>A hook that is posted. One that is read implements <see cref="IQuery{TReply}"/> and <see cref="IHook"/>.</summary>
/// <typeparam name="TReply">What the caller gets when it succeeds; its members stand in the envelope beside <c>ok</c>.</typeparam>
public interface IHook<TReply> : IHook, IRequest<Result<TReply>>;

/// <summary>Decides whether a hook may run.</summary>
public interface IHookGate
{
    /// <summary>Null when it may; else the refusal, of the kind <see cref="ErrorKind.Declined"/>.</summary>
    Task<Error?> AdmitAsync(IHook hook, CancellationToken ct);
}
