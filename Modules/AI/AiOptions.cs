namespace Helpdesk.AI;

/// <summary>Section <c>Helpdesk:Ai</c> of the configuration: where the model is, and what it costs.</summary>
public sealed record AiOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Helpdesk:Ai";

    /// <summary>The model of tenants that chose none (mobieus 5.9).</summary>
    public const string DefaultModel = "claude-haiku-4-5-20251001";

    /// <summary>The address of the provider's API, without a path of its own.</summary>
    public string BaseAddress { get; init; } = "https://api.anthropic.com";

    /// <summary>Seconds that a hook has for its calls together, tries again included; 1 to 30.</summary>
    public int TimeoutSeconds { get; init; } = 30;

    /// <summary>
    /// What models cost, by their names. Models that are not here cannot be chosen: nobody could keep a cap with them. A configured entry takes
    /// the place of the one here.
    /// </summary>
    public Dictionary<string, ModelPrice> Prices { get; init; } = new()
    {
        [DefaultModel] = new() { InputUsd = 1, OutputUsd = 5, AsOf = "2025-11-25" },
        ["claude-sonnet-4-5-20250929"] = new() { InputUsd = 3, OutputUsd = 15, AsOf = "2025-11-25" },
        ["claude-opus-4-5-20251101"] = new() { InputUsd = 5, OutputUsd = 25, AsOf = "2025-11-25" },
    };

    /// <summary>The name of a setting and what is wrong with it; null when nothing is.</summary>
    public string? WhyNot() => this switch
    {
        { TimeoutSeconds: < 1 or > 30 } => "TimeoutSeconds must be 1 to 30.",
        { BaseAddress: var address } when !Uri.TryCreate(address, UriKind.Absolute, out var uri) || !(uri.Scheme is "https" || uri is { Scheme: "http", IsLoopback: true }) =>
            "BaseAddress must be an address that begins with https://, or with http:// on this machine.",
        _ => Prices.Where(price => price.Value is not { InputUsd: > 0, OutputUsd: > 0 } || !DateOnly.TryParse(price.Value.AsOf, out _))
            .Select(price => $"Prices:{price.Key} must have InputUsd and OutputUsd above 0, and AsOf, the day as of which they hold, such as 2026-06-14.")
            .FirstOrDefault(),
    };
}

/// <summary>What a model costs.</summary>
public sealed record ModelPrice
{
    /// <summary>US dollars for a million tokens that are sent.</summary>
    public double InputUsd { get; init; }

    /// <summary>US dollars for a million tokens that are answered.</summary>
    public double OutputUsd { get; init; }

    /// <summary>The day as of which the prices hold, as <c>2026-06-14</c>.</summary>
    public string? AsOf { get; init; }

    /// <summary>The price of a call in millionths of a US dollar, rounded up. A dollar for a million tokens is one of these for a token.</summary>
    public long Micros(long promptTokens, long completionTokens) => (long)Math.Ceiling(promptTokens * InputUsd + completionTokens * OutputUsd);
}
