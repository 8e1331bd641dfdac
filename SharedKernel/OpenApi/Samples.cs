using System.Text.Json.Nodes;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>Values that look right under a name, for examples that nobody wrote.</summary>
internal static class Samples
{
    public const string RequestId = "req_01JZ8Q4T6W9K2M5N7P3R8S0VXY";
    public const string RetryKey = "6f1c2a1e-9b1d-4a57-8f0e-2f4f5c1f7f11";
    public const string Time = "2026-06-14T09:30:00Z";

    public static readonly string Cursor = Http.Cursor.Encode("example", "190517204557824");

    private static readonly Dictionary<string, string> Texts = new()
    {
        ["actor_kind"] = "api",
        ["add_tags"] = "refund",
        ["assignee_id"] = "none",
        ["body"] = "The link in the mail says that it has expired.",
        ["body_md"] = "Hello {{requester.first_name}},\n\nwe are looking into **{{ticket.reference}}**.",
        ["channel"] = "email",
        ["color"] = "#dc2626",
        ["cursor"] = Cursor,
        ["description"] = "Invoices, payments and refunds.",
        ["email"] = "ada@example.com",
        ["event_key"] = "ticket.created",
        ["first_name"] = "Ada",
        ["ip"] = "203.0.113.7",
        ["key"] = "order_number",
        ["label"] = "Order number",
        ["name"] = "Billing",
        ["next_cursor"] = Cursor,
        ["note"] = "Refund sent; waiting for the bank.",
        ["q"] = "invoice",
        ["ref"] = "HD-000042",
        ["reference"] = "HD-000042",
        ["remove_tags"] = "waiting",
        ["request_id"] = RequestId,
        ["requester_email"] = "ada@example.com",
        ["role"] = "agent",
        ["slug"] = "billing",
        ["subject"] = "Cannot sign in",
        ["tag"] = "refund",
        ["tags"] = "refund",
        ["title"] = "We are looking into it",
        ["type"] = "status_changed",
        ["url"] = "https://example.com/hooks/helpdesk",
    };

    /// <summary>A text under a name of the wire.</summary>
    public static string Text(string name, string? owner, int? maxLength = null)
    {
        var isPerson = owner is not null && (owner.Contains("Agent") || owner.Contains("Requester") || owner.Contains("Author"));
        var text = name is "name" && isPerson
            ? "Ada Lovelace"
            : Texts.GetValueOrDefault(name)
                ?? (name.EndsWith("_id", StringComparison.Ordinal) ? Integer(name, owner).ToString() : Words(name));
        return maxLength < text.Length ? text[..maxLength.Value] : text;
    }

    /// <summary>A number under a name of the wire. A thing has the same id wherever it is named.</summary>
    public static long Integer(string name, string? owner)
    {
        if (name is "id")
            return Id(owner ?? "");
        if (name.EndsWith("_id", StringComparison.Ordinal))
            return Id(name[..^3]);
        return name switch
        {
            "limit" => 50,
            "sort_order" => 10,
            "total_count" => 847,
            _ => 3,
        };
    }

    /// <summary>A truth under a name: rows that are on and as they should be.</summary>
    public static bool Truth(string name) => name is "is_active" or "is_default" or "enabled" or "deleted" or "has_more";

    /// <summary>Whether there is a text for the name that is better than the name itself.</summary>
    public static bool Knows(string name) => Texts.ContainsKey(name);

    /// <summary>What to hand to code that makes a refusal.</summary>
    public static object? Argument(string name, Type type) => type switch
    {
        _ when type == typeof(string) => Text(name, null),
        _ when type == typeof(int) => (int)Math.Min(Integer(name, null), 1000),
        _ when type == typeof(long) => Integer(name, null),
        _ when type == typeof(DateTime) => DateTime.Parse(Time, null, System.Globalization.DateTimeStyles.AdjustToUniversal),
        _ when type == typeof(TimeSpan) => TimeSpan.FromDays(7),
        _ when type.IsEnum => Enum.GetValues(type).GetValue(0),
        _ => null,
    };

    /// <summary>A value of a format.</summary>
    public static JsonNode? Formatted(string? format) => format switch
    {
        "date-time" => Time,
        "date" => Time[..10],
        "email" => Texts["email"],
        "uuid" => RetryKey,
        _ => null,
    };

    private static long Id(string thing)
    {
        var sum = 0L;
        foreach (var c in thing.Where(char.IsLetter))
            sum = (sum * 31 + char.ToLowerInvariant(c)) % 9973;
        return 190_517_204_557_824 + sum * 4096;
    }

    private static string Words(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');
}
