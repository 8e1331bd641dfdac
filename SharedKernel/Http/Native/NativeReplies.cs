using System.Text.Json;
using Helpdesk.SharedKernel.Results;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.SharedKernel.Http.Native;

/// <summary>The envelopes of successes in the native dialect (mobieus 3.1).</summary>
internal static class NativeReplies
{
    public static void WriteOne<TReply>(Utf8JsonWriter json, TReply reply, RequestContext context)
    {
        json.WriteStartObject();
        json.WritePropertyName("data"u8);
        if (reply is IWritesJson written)
            written.WriteTo(json);
        else
            JsonSerializer.Serialize(json, reply, WireJson.Options);
        json.WriteString("request_id"u8, context.RequestId);
        json.WriteEndObject();
    }

    public static void WriteList<TItem>(Utf8JsonWriter json, Page<TItem> page, RequestContext context)
    {
        json.WriteStartObject();
        json.WritePropertyName("data"u8);
        if (page.Items is IWritesJson items)
        {
            items.WriteTo(json);
        }
        else if (typeof(IWritesJson).IsAssignableFrom(typeof(TItem)))
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
        json.WriteString("request_id"u8, context.RequestId);
        json.WriteEndObject();
    }
}
