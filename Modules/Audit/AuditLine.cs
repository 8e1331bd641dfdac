using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Helpdesk.Audit;

/// <summary>
/// The lines of an exported log: JSON objects that say by <c>kind</c> what they are. Times have microseconds and JSON of the log stands as the
/// database printed it, since both are hashed: a file must not be formatted anew.
/// </summary>
internal static class AuditLine
{
    public const int Format = 1;

    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    public static string Of(Tenant tenant, long beforeId, DateTime now) => Line("log", json =>
    {
        json.WriteNumber("format", Format);
        json.WriteNumber("tenant_id", tenant.Id);
        json.WriteString("tenant", tenant.Slug);
        json.WriteNumber("before_id", beforeId);
        json.WriteString("exported_at", Canonical.Time(now));
    });

    public static string Of(Seal seal) => Line("seal", json =>
    {
        json.WriteNumber("first_seq", seal.FirstSeq);
        json.WriteNumber("last_seq", seal.LastSeq);
        json.WriteNumber("newest_id", seal.NewestId);
        json.WriteString("members", seal.Members is null ? null : Convert.ToHexStringLower(seal.Members));
        json.WriteString("root", Convert.ToHexStringLower(seal.Root));
        json.WriteString("hash", Convert.ToHexStringLower(seal.Hash));
        json.WriteString("at", Canonical.Time(seal.At));
    });

    public static string Of(long seq, LogRow row) => Line("event", json =>
    {
        json.WriteNumber("seq", seq);
        json.WriteNumber("id", row.Id);
        json.WriteString("event_key", row.EventKey);
        json.WriteNumber("actor_kind", row.ActorKind);
        json.WriteNumber("actor_id", row.ActorId);
        json.WriteString("actor_label", row.ActorLabel);
        json.WriteString("ip", row.Ip);
        json.WriteBoolean("is_test", row.IsTest);
        json.WriteString("subject_type", row.SubjectType);
        json.WriteNumber("subject_id", row.SubjectId);
        json.WritePropertyName("ticket_id");
        JsonSerializer.Serialize(json, row.TicketId);
        WriteRaw(json, "changes", row.Changes);
        WriteRaw(json, "payload", row.Payload);
        json.WriteString("at", Canonical.Time(row.At));
    });

    public static string Of(Checkpoint checkpoint) => Line("checkpoint", json =>
    {
        json.WriteNumber("tenant_id", checkpoint.TenantId);
        json.WriteNumber("number", checkpoint.Number);
        json.WriteNumber("seq", checkpoint.Seq);
        json.WriteString("hash", Convert.ToHexStringLower(checkpoint.Hash));
        json.WriteNumber("before_id", checkpoint.BeforeId);
        json.WriteString("at", Canonical.Time(checkpoint.At));
        json.WriteString("key_id", checkpoint.KeyId);
        json.WriteString("signature", Convert.ToBase64String(checkpoint.Signature));
    });

    /// <summary>The last line: without it a file was cut off.</summary>
    public static string End(long lastSeq) => Line("end", json => json.WriteNumber("last_seq", lastSeq));

    public static Seal SealOf(JsonElement line) => new(
        Long(line, "first_seq"), Long(line, "last_seq"), Long(line, "newest_id"),
        Text(line, "members") is { } members ? Convert.FromHexString(members) : null,
        Convert.FromHexString(Text(line, "root")!), Convert.FromHexString(Text(line, "hash")!), Time(line));

    public static LogRow EventOf(JsonElement line) => new(
        Long(line, "id"), Text(line, "event_key")!, (short)Long(line, "actor_kind"), Long(line, "actor_id"), Text(line, "actor_label")!,
        Text(line, "ip"), line.GetProperty("is_test").GetBoolean(), Text(line, "subject_type")!, Long(line, "subject_id"),
        line.GetProperty("ticket_id") is { ValueKind: JsonValueKind.Number } ticket ? ticket.GetInt64() : null,
        Raw(line, "changes"), Raw(line, "payload"), Time(line));

    public static Checkpoint CheckpointOf(JsonElement line) => new(
        Long(line, "tenant_id"), (int)Long(line, "number"), Long(line, "seq"), Convert.FromHexString(Text(line, "hash")!),
        Long(line, "before_id"), Time(line), Text(line, "key_id")!, Convert.FromBase64String(Text(line, "signature")!));

    public static long Long(JsonElement line, string name) => line.GetProperty(name).GetInt64();

    public static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();

    private static string? Raw(JsonElement line, string name) =>
        line.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetRawText() : null;

    private static DateTime Time(JsonElement line) => DateTime.ParseExact(
        Text(line, "at")!, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static void WriteRaw(Utf8JsonWriter json, string name, string? text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(text ?? "null", skipInputValidation: true);
    }

    private static string Line(string kind, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
