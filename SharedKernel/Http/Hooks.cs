using System.Text.Json;
using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.SharedKernel.Http;

/// <summary>Makes the endpoint of a hook.</summary>
public static class Hooks
{
    /// <summary>Answers a hook with status 200, whether it succeeded or was declined; other refusals are the dialect's own.</summary>
    public static SliceEndpoint Answered<TRequest, TReply>() where TRequest : IHook, IRequest<Result<TReply>> => new HookEndpoint<TRequest, TReply>();
}

/// <summary>
/// The endpoint of a hook, in the native dialect. It differs from that of other slices in the order and in the envelope: what is wrong with a value is
/// told behind the gate, and a success's members stand beside <c>ok</c> (mobieus 5.9).
/// </summary>
internal sealed class HookEndpoint<TRequest, TReply>()
    : SliceEndpoint(NativeDialect.Instance, typeof(TRequest), typeof(TRequest), typeof(TReply), null, StatusCodes.Status200OK), IReplyRenderer<Result<TReply>>
    where TRequest : IHook, IRequest<Result<TReply>>
{
    public override async Task InvokeAsync(HttpContext http)
    {
        var context = http.RequestServices.GetRequiredService<RequestContext>();
        if (IsCommand && IdempotencyKey.WhyNot(http.Request.Headers["Idempotency-Key"]) is { } unacceptable)
        {
            await Dialect.RefuseAsync(http, context, unacceptable);
            return;
        }

        var bound = IsCommand ? await ReadAsync(http, context) : UrlBinder<TRequest>.Bind(http.Request);
        if (bound.Error is { Kind: ErrorKind.Invalid } fault)
            (context.Fault, bound) = (fault, JsonSerializer.Deserialize<TRequest>("{}"u8, WireJson.Options)!);
        var response = bound.TryGet(out var request) && context.Reply is null
            ? await http.RequestServices.GetRequiredService<IMediator>().Send(request, http.RequestAborted)
            : Result<TReply>.Fail(bound.Error!);

        if (context.Reply is { } reply)
            await Replies.SendAsync(http, reply);
        else if (response.TryGet(out var value))
            await Replies.SendAsync(http, Status, Replies.Render(value, context, WriteAnswer).WrittenSpan);
        else if (response.Error!.Kind is ErrorKind.Declined)
            await Replies.SendAsync(http, Status, Replies.Render(response.Error, context, WriteDecline).WrittenSpan);
        else
            await Dialect.RefuseAsync(http, context, response.Error);
    }

    public RenderedReply Render(RequestContext context, Result<TReply> response) => response.TryGet(out var value)
        ? new(Status, Replies.ToText(value, context, WriteAnswer))
        : new(Dialect.StatusOf(response.Error!), Replies.ToText(response.Error!, context, Dialect.Write));

    /// <summary>Reads the body. A refusal of the kind <see cref="ErrorKind.Invalid"/> is about its values and has to wait for the gate.</summary>
    private async ValueTask<Result<TRequest>> ReadAsync(HttpContext http, RequestContext context)
    {
        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        if (http.Request.Headers["Idempotency-Key"] is { Count: > 0 } header)
            (context.Idempotency, context.Renderer) = (IdempotencyKey.Of(http.Request.Path.Value!, header!, body), this);

        var parsed = RequestBody.Parse<TRequest>(http.Request, body, mayBeEmpty: !HasBody);
        // An earlier request with this key has an answer already: it comes before anything that is wrong with this body.
        if (parsed.Error is { Kind: not ErrorKind.Invalid } error && context.Idempotency is not null)
            return await http.RequestServices.GetRequiredService<Idempotency>().ReplayOrRefuseAsync(error, this, http.RequestAborted) ?? error;
        return parsed;
    }

    private static void WriteAnswer(Utf8JsonWriter json, TReply reply, RequestContext context)
    {
        json.WriteStartObject();
        json.WriteBoolean("ok"u8, true);
        foreach (var member in JsonSerializer.SerializeToElement(reply, WireJson.Options).EnumerateObject())
            member.WriteTo(json);
        json.WriteString("request_id"u8, context.RequestId);
        json.WriteEndObject();
    }

    private static void WriteDecline(Utf8JsonWriter json, Error error, RequestContext context)
    {
        json.WriteStartObject();
        json.WriteBoolean("ok"u8, false);
        json.WriteString("error"u8, error.Code);
        foreach (var (name, value) in error.Extra)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value, WireJson.Options);
        }

        json.WriteString("request_id"u8, context.RequestId);
        json.WriteEndObject();
    }
}
