using System.Text.Json;

namespace Helpdesk.Headoni;

/// <summary>JSON of Headoni (headoni 3): names in camel case, UTC times with milliseconds; values of enums as everywhere.</summary>
internal static class HeadoniJson
{
    public static readonly JsonSerializerOptions Options = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(WireJson.Options) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
        options.Converters.Insert(0, new MillisecondTime());
        options.MakeReadOnly();
        return options;
    }
}
