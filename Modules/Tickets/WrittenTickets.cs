using System.Buffers;
using System.Collections;
using System.Text.Json;

namespace Helpdesk.Tickets;

/// <summary>Tickets that will be answered again as they are: their JSON is made once.</summary>
internal sealed class WrittenTickets(IReadOnlyList<TicketView> tickets) : IReadOnlyList<TicketView>, IWritesJson
{
    private byte[]? _json;

    public int Count => tickets.Count;

    public TicketView this[int index] => tickets[index];

    public IEnumerator<TicketView> GetEnumerator() => tickets.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void WriteTo(Utf8JsonWriter json) => json.WriteRawValue(_json ??= Write(), skipInputValidation: true);

    private byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(1024 * Math.Max(1, tickets.Count));
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, Encoder = WireJson.Options.Encoder }))
        {
            json.WriteStartArray();
            foreach (var ticket in tickets)
                TicketJson.Write(json, ticket);
            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
