using System.Text.Json;

namespace Helpdesk.AI;

/// <summary>How a tenant is set up for models. The key itself is never shown.</summary>
/// <param name="KeySetAt">When the key was set; null when there is none.</param>
/// <param name="Model">The model that answers where nothing else is said.</param>
/// <param name="Models">Models of features that have one of their own, by the feature's name.</param>
/// <param name="Features">The features that are on.</param>
/// <param name="CapUsd">What may be spent in a month, in US dollars.</param>
/// <param name="PerMinute">How many calls may be begun in a minute.</param>
public sealed record AiSettingsView(
    DateTime? KeySetAt, string Model, IReadOnlyDictionary<string, string> Models, IReadOnlyList<string> Features, double CapUsd, int PerMinute);

/// <summary>The row of a tenant.</summary>
internal sealed record AiSettings(
    byte[]? Key, int KeyVersion, DateTime? KeySetAt, string Model, string Models, string[] Features, long CapMicros, int PerMinute, int Version)
{
    /// <summary>What keys are encrypted for; never rename.</summary>
    public const string KeyPurpose = "ai.key";

    public const string Columns = "key, key_version, key_set_at, model, models::text as models, features, cap_micros, per_minute, version";

    public const string FindSql = $"select {Columns} from ai.setting where tenant_id = @TenantId";

    /// <summary>A tenant that nobody has set up: nothing is on, and once something is, it can cost ten dollars a month.</summary>
    public static readonly AiSettings Unset = new(null, 0, null, AiOptions.DefaultModel, "{}", [], 10_000_000, 20, 0);

    public AiSettingsView ToView() => new(KeySetAt, Model, ReadModels(Models), Features, CapMicros / 1e6, PerMinute);

    public static Dictionary<string, string> ReadModels(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;
}
