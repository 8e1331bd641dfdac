using System.Reflection;
using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Secrets;
using Helpdesk.SharedKernel.Tenancy;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Makes the endpoint of a slice: bind, send, write.</summary>
public static class Slice
{
    /// <summary>Reads one thing.</summary>
    public static SliceEndpoint Found<TRequest, TReply>() where TRequest : IQuery<TReply> =>
        new SliceEndpoint<TRequest, TReply>(StatusCodes.Status200OK, NativeReplies.WriteOne, null);

    /// <summary>Reads a page of a list.</summary>
    public static SliceEndpoint Listed<TRequest, TItem>() where TRequest : IQuery<Page<TItem>> =>
        new SliceEndpoint<TRequest, Page<TItem>>(StatusCodes.Status200OK, NativeReplies.WriteList, typeof(TItem));

    /// <summary>Creates something: status 201.</summary>
    public static SliceEndpoint Created<TRequest, TReply>() where TRequest : ICommand<TReply> =>
        new SliceEndpoint<TRequest, TReply>(StatusCodes.Status201Created, NativeReplies.WriteOne, null);

    /// <summary>Changes, deletes or does something: status 200.</summary>
    public static SliceEndpoint Done<TRequest, TReply>() where TRequest : ICommand<TReply> =>
        new SliceEndpoint<TRequest, TReply>(StatusCodes.Status200OK, NativeReplies.WriteOne, null);

    /// <summary>Takes something on that is done in the background: status 202.</summary>
    public static SliceEndpoint Accepted<TRequest, TReply>() where TRequest : ICommand<TReply> =>
        new SliceEndpoint<TRequest, TReply>(StatusCodes.Status202Accepted, NativeReplies.WriteOne, null);

    /// <summary>Maps a reading slice.</summary>
    public static IEndpointConventionBuilder MapGet(this IEndpointRouteBuilder app, string pattern, SliceEndpoint slice) =>
        app.MapMethods(pattern, [HttpMethods.Get], slice.InvokeAsync).WithMetadata(slice);

    /// <summary>Maps a changing slice.</summary>
    public static IEndpointConventionBuilder MapPost(this IEndpointRouteBuilder app, string pattern, SliceEndpoint slice) =>
        app.MapMethods(pattern, [HttpMethods.Post], slice.InvokeAsync).WithMetadata(slice);
}

/// <summary>The endpoint of a slice, and what there is to know about it: stands in the route's metadata.</summary>
/// <param name="request">The type of the request.</param>
/// <param name="reply">The type of the reply.</param>
/// <param name="item">The type of the rows, when the reply is a page.</param>
/// <param name="status">The status of a success.</param>
public abstract class SliceEndpoint(Type request, Type reply, Type? item, int status)
{
    /// <summary>The type of the request.</summary>
    public Type Request => request;

    /// <summary>The type of the reply.</summary>
    public Type Reply => reply;

    /// <summary>The type of the rows, when the reply is a page.</summary>
    public Type? Item => item;

    /// <summary>The status of a success.</summary>
    public int Status => status;

    /// <summary>What the caller must be allowed to do.</summary>
    public Permission Permission { get; } = request.GetCustomAttribute<RequiresAttribute>()?.Permission
        ?? throw new InvalidOperationException($"{request.Name} names no permission.");

    /// <summary>Whether the request is read from a body.</summary>
    public bool IsCommand { get; } = typeof(ICommand).IsAssignableFrom(request);

    /// <summary>Whether the body has members at all; a delete has none.</summary>
    public bool HasBody { get; } = typeof(ICommand).IsAssignableFrom(request)
        && request.GetConstructors()[0].GetParameters().Any(parameter => !parameter.IsDefined(typeof(Microsoft.AspNetCore.Mvc.FromRouteAttribute)));

    /// <summary>Whether a body that is left out stands for one without members.</summary>
    public bool BodyIsOptional { get; } = request.IsDefined(typeof(OptionalBodyAttribute));

    /// <summary>Runs the slice.</summary>
    public abstract Task InvokeAsync(HttpContext http);
}

internal sealed class SliceEndpoint<TRequest, TReply>(int status, WriteReply<TReply> write, Type? item)
    : SliceEndpoint(typeof(TRequest), typeof(TReply), item, status), IReplyRenderer<Result<TReply>>
    where TRequest : IRequest<Result<TReply>>
{
    public override async Task InvokeAsync(HttpContext http)
    {
        var ct = http.RequestAborted;
        var context = http.RequestServices.GetRequiredService<RequestContext>();
        var bound = IsCommand ? await BindCommandAsync(http, context) : UrlBinder<TRequest>.Bind(http.Request);
        var response = bound.TryGet(out var request) && context.Reply is null
            ? await http.RequestServices.GetRequiredService<IMediator>().Send(request, ct)
            : Result<TReply>.Fail(bound.Error!);

        if (context.Reply is { } reply)
            await NativeReplies.SendAsync(http, reply);
        else if (response.TryGet(out var value))
            await NativeReplies.SendAsync(http, Status, value, context, write);
        else
            await NativeReplies.SendAsync(http, response.Error!, context);
    }

    public RenderedReply Render(RequestContext context, Result<TReply> response) => response.TryGet(out var value)
        ? new(Status, NativeReplies.ToText(value, context, write), HoldsSecret: value is IHoldsSecret)
        : new(response.Error!.Kind.Status(), NativeReplies.ToText(response.Error!, context));

    private async ValueTask<Result<TRequest>> BindCommandAsync(HttpContext http, RequestContext context)
    {
        var header = http.Request.Headers["Idempotency-Key"];
        if (header.Count > 0 && !IsRetryKey(header!))
            return Error.Invalid("Idempotency-Key", "must be 1 to 255 printable ASCII characters.");

        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        if (header.Count > 0)
        {
            context.Idempotency = IdempotencyKey.Of(http.Request.Path.Value!, header!, body);
            context.Renderer = this;
        }

        var parsed = RequestBody.Parse<TRequest>(http.Request, body, mayBeEmpty: !HasBody || BodyIsOptional);
        var error = parsed.Error ?? UrlBinder<TRequest>.Complete(parsed.Value, http.Request);
        if (error is null)
            return parsed;
        // An earlier request with this key has an answer already: it comes before anything that is wrong with this body.
        if (context.Idempotency is not null)
            error = await http.RequestServices.GetRequiredService<Idempotency>().ReplayOrRefuseAsync(error, this, http.RequestAborted) ?? error;
        return error;
    }

    private static bool IsRetryKey(string? key) =>
        key is { Length: >= 1 and <= 255 } && !key.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
