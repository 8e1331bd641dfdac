using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Makes the endpoint of a slice in the native dialect, where the request is what clients send and its reply what they get.</summary>
public static class Slice
{
    /// <summary>Reads one thing.</summary>
    public static SliceEndpoint Found<TRequest, TReply>() where TRequest : IQuery<TReply> => One<TRequest, TReply>(StatusCodes.Status200OK);

    /// <summary>Reads a page of a list.</summary>
    public static SliceEndpoint Listed<TRequest, TItem>() where TRequest : IQuery<Page<TItem>> =>
        new SliceEndpoint<TRequest, Page<TItem>>(
            NativeDialect.Instance, typeof(TRequest), typeof(Page<TItem>), typeof(TItem), StatusCodes.Status200OK,
            static (http, _) => new(UrlBinder<TRequest>.Bind(http.Request)), NativeReplies.WriteList);

    /// <summary>Creates something: status 201.</summary>
    public static SliceEndpoint Created<TRequest, TReply>() where TRequest : ICommand<TReply> => One<TRequest, TReply>(StatusCodes.Status201Created);

    /// <summary>Changes, deletes or does something: status 200.</summary>
    public static SliceEndpoint Done<TRequest, TReply>() where TRequest : ICommand<TReply> => One<TRequest, TReply>(StatusCodes.Status200OK);

    /// <summary>Takes something on that is done in the background: status 202.</summary>
    public static SliceEndpoint Accepted<TRequest, TReply>() where TRequest : ICommand<TReply> => One<TRequest, TReply>(StatusCodes.Status202Accepted);

    /// <summary>Maps a reading slice.</summary>
    public static IEndpointConventionBuilder MapGet(this IEndpointRouteBuilder app, string pattern, SliceEndpoint slice) =>
        app.MapMethods(pattern, [HttpMethods.Get], slice.InvokeAsync).WithMetadata(slice, slice.Dialect);

    /// <summary>Maps a changing slice.</summary>
    public static IEndpointConventionBuilder MapPost(this IEndpointRouteBuilder app, string pattern, SliceEndpoint slice) =>
        app.MapMethods(pattern, [HttpMethods.Post], slice.InvokeAsync).WithMetadata(slice, slice.Dialect);

    private static SliceEndpoint<TRequest, TReply> One<TRequest, TReply>(int status) where TRequest : IRequest<Result<TReply>> => new(
        NativeDialect.Instance, typeof(TRequest), typeof(TReply), null, status,
        typeof(ICommand).IsAssignableFrom(typeof(TRequest)) ? BindCommand<TRequest> : BindQuery<TRequest>, NativeReplies.WriteOne);

    private static ValueTask<Result<TRequest>> BindQuery<TRequest>(HttpContext http, byte[] body) => new(UrlBinder<TRequest>.Bind(http.Request));

    private static ValueTask<Result<TRequest>> BindCommand<TRequest>(HttpContext http, byte[] body)
    {
        var parsed = RequestBody.Parse<TRequest>(http.Request, body, mayBeEmpty: Members<TRequest>.MayBeLeftOut);
        return new(parsed.Error is null && UrlBinder<TRequest>.Complete(parsed.Value, http.Request) is { } error ? error : parsed);
    }

    private static class Members<TRequest>
    {
        /// <summary>Whether there need not be a body: it has no members, as that of a delete, or the request says so.</summary>
        public static readonly bool MayBeLeftOut =
            typeof(TRequest).IsDefined(typeof(OptionalBodyAttribute), false) || !SliceEndpoint.HasMembers(typeof(TRequest));
    }
}
