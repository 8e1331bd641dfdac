using Helpdesk.SharedKernel.Results;
using MediatR;

namespace Helpdesk.SharedKernel.Requests;

/// <summary>A request that changes something. It runs as one transaction together with its events and its remembered reply.</summary>
public interface ICommand;

/// <summary>A request that changes something and answers with <typeparamref name="TReply"/>.</summary>
/// <typeparam name="TReply">What the caller gets when it succeeds.</typeparam>
public interface ICommand<TReply> : ICommand, IRequest<Result<TReply>>;

/// <summary>A request that only reads. It never opens a transaction that outlives one round trip.</summary>
/// <typeparam name="TReply">What the caller gets when it succeeds.</typeparam>
public interface IQuery<TReply> : IRequest<Result<TReply>>;

/// <summary>Marks a command whose body may be left out altogether; it then stands for one without members.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OptionalBodyAttribute : Attribute;
