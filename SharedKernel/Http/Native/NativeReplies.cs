using System.Buffers;
using System.Text;
using System.Text.Json;
using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Observability;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;
using Microsoft.AspNetCore.Http;

namespace Helpdesk.SharedKernel.Http.Native;

/// <summary>Writes the members of a success envelope.</summary>
internal delegate void WriteReply<in TReply>(Utf8JsonWriter json, TReply reply);

/// <summary>The envelopes of the native dialect (mobieus 3.1 and 3.2).</summary>
internal static class NativeReplies
{
    [ThreadStatic]
    private static Scratch? _scratch;

    public static void WriteOne<TReply>(Utf8JsonWriter json, TReply reply)
    {
        json.WritePropertyName("data"u8);
        if (reply is IWritesJson written)
            written.WriteTo(json);
        else
            JsonSerializer.Serialize(json, reply, WireJson.Options);
    }

    public static void WriteList<TItem>(Utf8JsonWriter json, Page<TItem> page)
    {
        json.WritePropertyName("data"u8);
        if (typeof(IWritesJson).IsAssignableFrom(typeof(TItem)))
        {
            json.WriteStartArray();
            foreach (var item in page.Items)
                ((IWritesJson)item!).WriteTo(json);
            json.WriteEndArray();
        }
        else
        {
            JsonSerializer.Serialize(json, page.Items, WireJson.Options);
        }

        json.WriteString("next_cursor"u8, page.NextCursor);
        json.WriteNumber("total_count"u8, page.TotalCount);
        json.WriteBoolean("has_more"u8, page.HasMore ?? page.NextCursor is not null);
    }

    public static Task SendAsync<TReply>(HttpContext http, int status, TReply reply, RequestContext context, WriteReply<TReply> write) =>
        SendAsync(http, status, Render(reply, context, write).WrittenSpan);

    public static Task SendAsync(HttpContext http, Error error, RequestContext context)
    {
        if (error.Kind is ErrorKind.Unauthenticated)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        if (error.Kind is ErrorKind.Unavailable || error.Code is "idempotency_in_progress")
            http.Response.Headers.RetryAfter = "1";
        return SendAsync(http, error.Kind.Status(), Render(error, context).WrittenSpan);
    }

    public static Task SendAsync(HttpContext http, RenderedReply reply)
    {
        if (reply.Replayed)
        {
            Telemetry.RequestsReplayed.Add(1);
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }

        return SendAsync(http, reply.Status, Encoding.UTF8.GetBytes(reply.Body));
    }

    public static string ToText<TReply>(TReply reply, RequestContext context, WriteReply<TReply> write) =>
        Encoding.UTF8.GetString(Render(reply, context, write).WrittenSpan);

    public static string ToText(Error error, RequestContext context) => Encoding.UTF8.GetString(Render(error, context).WrittenSpan);

    private static ArrayBufferWriter<byte> Render<TReply>(TReply reply, RequestContext context, WriteReply<TReply> write)
    {
        var (buffer, json) = Rent();
        json.WriteStartObject();
        write(json, reply);
        json.WriteString("request_id"u8, context.RequestId);
        json.WriteEndObject();
        json.Flush();
        return buffer;
    }

    /// <summary>Further members stand both in <c>extra</c> and beside the code: the sources show both places.</summary>
    private static ArrayBufferWriter<byte> Render(Error error, RequestContext context)
    {
        var (buffer, json) = Rent();
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, error.Code);
        json.WriteString("message"u8, error.Message);
        json.WriteString("request_id"u8, context.RequestId);
        WriteExtra(json, error);
        json.WriteStartObject("extra"u8);
        WriteExtra(json, error);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer;
    }

    private static void WriteExtra(Utf8JsonWriter json, Error error)
    {
        foreach (var (name, value) in error.Extra)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value, WireJson.Options);
        }
    }

    private static Task SendAsync(HttpContext http, int status, ReadOnlySpan<byte> body)
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
