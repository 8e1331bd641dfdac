using System.Reflection;
using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Secrets;
using Helpdesk.SharedKernel.Tenancy;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Makes the request of what a client sent, or says what is wrong with it.</summary>
/// <typeparam name="TRequest">What is sent on to the module.</typeparam>
/// <param name="http">The request; tenant and caller are known by then.</param>
/// <param name="body">The whole body; empty for queries.</param>
public delegate ValueTask<Result<TRequest>> Bind<TRequest>(HttpContext http, byte[] body);

/// <summary>The endpoint of a slice, and what there is to know about it: stands in the route's metadata.</summary>
/// <param name="dialect">Whose route it is.</param>
/// <param name="request">The type of the request that is sent.</param>
/// <param name="input">What clients send, as the documents describe it: the request itself, or the dialect's own record.</param>
/// <param name="reply">What clients get, as the documents describe it.</param>
/// <param name="item">The type of the rows, when the reply is a page.</param>
/// <param name="status">The status of a success.</param>
public abstract class SliceEndpoint(Dialect dialect, Type request, Type input, Type reply, Type? item, int status)
{
    /// <summary>Whose route it is.</summary>
    public Dialect Dialect => dialect;

    /// <summary>What clients send, as the documents describe it.</summary>
    public Type Input => input;

    /// <summary>What clients get, as the documents describe it.</summary>
    public Type Reply => reply;

    /// <summary>The type of the rows, when the reply is a page.</summary>
    public Type? Item => item;

    /// <summary>The status of a success.</summary>
    public int Status => status;

    /// <summary>What the caller must be allowed to do.</summary>
    public Permission Permission { get; } = request.GetCustomAttribute<RequiresAttribute>()?.Permission
        ?? throw new InvalidOperationException($"{request.Name} names no permission.");

    /// <summary>Whether the request is read from a body.</summary>
    public bool IsCommand { get; } = ReadsBody(request);

    /// <summary>Whether the body has members at all; a delete has none.</summary>
    public bool HasBody { get; } = ReadsBody(request) && HasMembers(input);

    /// <summary>Whether anything of the input stands elsewhere than in the path.</summary>
    internal static bool HasMembers(Type input) =>
        input.GetConstructors()[0].GetParameters().Any(parameter => !parameter.IsDefined(typeof(FromRouteAttribute)));

    /// <summary>Runs the slice.</summary>
    public abstract Task InvokeAsync(HttpContext http);

    /// <summary>Commands do, and hooks that are no query.</summary>
    private static bool ReadsBody(Type request) => !request.GetInterfaces()
        .Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IQuery<>));
}

/// <summary>The endpoint of a slice: bind, send, write.</summary>
/// <typeparam name="TRequest">The request that is sent.</typeparam>
/// <typeparam name="TReply">What the module answers.</typeparam>
/// <param name="dialect">Whose route it is.</param>
/// <param name="input">What clients send, as the documents describe it.</param>
/// <param name="reply">What clients get, as the documents describe it.</param>
/// <param name="item">The type of the rows, when the reply is a page.</param>
/// <param name="status">The status of a success.</param>
/// <param name="bind">Makes the request.</param>
/// <param name="write">Writes the answer of a success.</param>
public sealed class SliceEndpoint<TRequest, TReply>(
    Dialect dialect, Type input, Type reply, Type? item, int status, Bind<TRequest> bind, WriteReply<TReply> write)
    : SliceEndpoint(dialect, typeof(TRequest), input, reply, item, status), IReplyRenderer<Result<TReply>>
    where TRequest : IRequest<Result<TReply>>
{
    /// <inheritdoc/>
    public override async Task InvokeAsync(HttpContext http)
    {
        var ct = http.RequestAborted;
        var context = http.Context();
        var bound = IsCommand ? await BindCommandAsync(http, context) : await bind(http, []);
        var response = bound.TryGet(out var request) && context.Reply is null
            ? await http.RequestServices.GetRequiredService<IMediator>().Send(request, ct)
            : Result<TReply>.Fail(bound.Error!);

        if (context.Reply is { } reply)
            await Replies.SendAsync(http, reply);
        else if (response.TryGet(out var value))
            await Replies.SendAsync(http, Status, Replies.Render(value, context, write).WrittenSpan);
        else
            await Dialect.RefuseAsync(http, context, response.Error!);
    }

    /// <inheritdoc/>
    public RenderedReply Render(RequestContext context, Result<TReply> response)
    {
        if (response.TryGet(out var value))
            return new(Status, Replies.ToText(value, context, write), HoldsSecret: value is IHoldsSecret);
        var error = Dialect.Translate(response.Error!);
        return new(Dialect.StatusOf(error), Replies.ToText(error, context, Dialect.Write));
    }

    private async ValueTask<Result<TRequest>> BindCommandAsync(HttpContext http, RequestContext context)
    {
        var header = http.Request.Headers["Idempotency-Key"];
        if (IdempotencyKey.WhyNot(header) is { } error)
            return error;

        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        if (header.Count > 0)
        {
            context.Idempotency = IdempotencyKey.Of(http.Request.Path.Value!, header!, body);
            context.Renderer = this;
        }

        var bound = await bind(http, body);
        // An earlier request with this key has an answer already: it comes before anything that is wrong with this body.
        return bound.Error is { } fault && context.Idempotency is not null
            ? await http.RequestServices.GetRequiredService<Idempotency>().ReplayOrRefuseAsync(fault, this, http.RequestAborted) ?? fault
            : bound;
    }
}
