using System.Text.Json;
using System.Text.Json.Serialization;

namespace Helpdesk.SharedKernel.Requests;

/// <summary>
/// A member of a partial update: absent members keep the stored value, an explicit <c>null</c> clears it.
/// </summary>
/// <typeparam name="T">The type of the member when it is given.</typeparam>
[JsonConverter(typeof(OptionalConverterFactory))]
public readonly record struct Optional<T>
{
    /// <summary>A member that was given.</summary>
    public Optional(T value) => (IsSet, Value) = (true, value);

    /// <summary>Whether the member was in the body at all.</summary>
    public bool IsSet { get; }

    /// <summary>The value given; meaningless while <see cref="IsSet"/> is false.</summary>
    public T Value { get; } = default!;

    /// <summary>The value given, or <paramref name="stored"/> when the member was absent.</summary>
    public T Or(T stored) => IsSet ? Value : stored;

    /// <summary>Wraps a value as given.</summary>
    public static implicit operator Optional<T>(T value) => new(value);
}

/// <summary>Reads <see cref="Optional{T}"/> members; the serialiser calls it only for members that are present.</summary>
internal sealed class OptionalConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Null && default(T) is not null)
                throw new JsonException("must not be null.");
            try
            {
                return new(JsonSerializer.Deserialize<T>(ref reader, options)!);
            }
            catch (JsonException exception)
            {
                // Its path starts here; without one, the serialiser outside gives the path of the member.
                throw new JsonException(exception.Message, exception);
            }
        }

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
