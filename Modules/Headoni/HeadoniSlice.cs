using System.Text.Json;

namespace Helpdesk.Headoni;

/// <summary>Makes the endpoint of a slice in Headoni, whose answers are plain objects.</summary>
internal static class HeadoniSlice
{
    /// <summary>Binds what the client sent to a module's request, and shows the module's reply in the dialect's shape.</summary>
    /// <typeparam name="TInput">What clients send, for the document.</typeparam>
    /// <typeparam name="TRequest">What is sent to the module.</typeparam>
    /// <typeparam name="TReply">What the module answers.</typeparam>
    /// <typeparam name="TShown">What clients get.</typeparam>
    public static SliceEndpoint Of<TInput, TRequest, TReply, TShown>(int status, Bind<TRequest> bind, Func<TReply, TShown> show)
        where TRequest : IRequest<Result<TReply>> =>
        new SliceEndpoint<TRequest, TReply>(
            HeadoniDialect.Instance, typeof(TInput), typeof(TShown), null, status, bind,
            (json, reply, _) => JsonSerializer.Serialize(json, show(reply), HeadoniJson.Options));

    /// <summary>Reads something that takes nothing.</summary>
    public static SliceEndpoint Of<TRequest, TReply>() where TRequest : IRequest<Result<TReply>>, new() =>
        Of<TRequest, TRequest, TReply, TReply>(StatusCodes.Status200OK, static (_, _) => new(new TRequest()), static reply => reply);
}
