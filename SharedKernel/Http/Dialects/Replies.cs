using System.Buffers;
using System.Text;
using System.Text.Json;
using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;

namespace Helpdesk.SharedKernel.Http.Dialects;

/// <summary>Writes the body of an answer, whole.</summary>
/// <typeparam name="TReply">What is answered.</typeparam>
public delegate void WriteReply<in TReply>(Utf8JsonWriter json, TReply reply, RequestContext context);

/// <summary>Renders and sends answers; what they say is the dialect's.</summary>
internal static class Replies
{
    [ThreadStatic]
    private static Scratch? _scratch;

    /// <summary>The bytes of an answer, in a buffer of this thread: to be used before anything is waited for.</summary>
    public static ArrayBufferWriter<byte> Render<TReply>(TReply reply, RequestContext context, WriteReply<TReply> write)
    {
        var (buffer, json) = Rent();
        write(json, reply, context);
        json.Flush();
        return buffer;
    }

    /// <summary>The same as a text.</summary>
    public static string ToText<TReply>(TReply reply, RequestContext context, WriteReply<TReply> write) =>
        Encoding.UTF8.GetString(Render(reply, context, write).WrittenSpan);

    /// <summary>Sends an answer that was rendered before.</summary>
    public static Task SendAsync(HttpContext http, RenderedReply reply)
    {
        if (reply.Replayed)
        {
            Telemetry.RequestsReplayed.Add(1);
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }

        return SendAsync(http, reply.Status, Encoding.UTF8.GetBytes(reply.Body));
    }

    /// <summary>Sends an answer.</summary>
    public static Task SendAsync(HttpContext http, int status, ReadOnlySpan<byte> body)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
        return response.BodyWriter.FlushAsync(http.RequestAborted).AsTask();
    }

    /// <summary>A thread's own buffer: it is filled and copied out without waiting in between, so nobody else can be using it.</summary>
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) Rent()
    {
        var scratch = _scratch ??= new Scratch();
        if (scratch.Buffer.Capacity > 1 << 20)
            scratch = _scratch = new Scratch();
        scratch.Buffer.ResetWrittenCount();
        scratch.Json.Reset(scratch.Buffer);
        return (scratch.Buffer, scratch.Json);
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Lives as long as its thread.")]
    private sealed class Scratch
    {
        public readonly ArrayBufferWriter<byte> Buffer = new(16 * 1024);
        public readonly Utf8JsonWriter Json;

        public Scratch() => Json = new Utf8JsonWriter(Buffer, new JsonWriterOptions
        {
            SkipValidation = true,
            Encoder = WireJson.Options.Encoder,
        });
    }
}
