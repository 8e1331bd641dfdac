using System.Text.Json;
using Helpdesk.SharedKernel.Secrets;

namespace Helpdesk.AI;

/// <summary>Sets up the tenant of the scope for models; what is absent stays as it is. The key is kept encrypted and never comes back.</summary>
/// <param name="Key">The tenant's own key of the provider.</param>
/// <param name="RemoveKey">Whether the key is to go.</param>
/// <param name="Model">The model: its name, or <c>haiku</c>, <c>sonnet</c> or <c>opus</c> for the one of that family.</param>
/// <param name="Models">Models of single features as <c>feature=model</c>; <c>feature=</c> takes it off.</param>
/// <param name="Enable">Features to turn on.</param>
/// <param name="Disable">Features to turn off.</param>
/// <param name="CapUsd">What may be spent in a month, in US dollars.</param>
/// <param name="PerMinute">How many calls may be begun in a minute.</param>
[Requires(Permission.Operate)]
public sealed record ConfigureAi(
    string? Key = null, bool RemoveKey = false, string? Model = null, string[]? Models = null, string[]? Enable = null, string[]? Disable = null,
    double? CapUsd = null, int? PerMinute = null) : ICommand<AiSettingsView>
{
    /// <summary>The name alone: the members hold a secret.</summary>
    public override string ToString() => nameof(ConfigureAi);
}

/// <summary>A tenant was set up for models.</summary>
/// <param name="TenantId">The tenant's id.</param>
/// <param name="Difference">What changed; of a key only that it is another one.</param>
public sealed record AiConfigured(long TenantId, IReadOnlyDictionary<string, Change> Difference) : DomainEvent("ai.configured", "tenant", TenantId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Difference;
}

internal sealed class ConfigureAiValidator : AbstractValidator<ConfigureAi>
{
    private static readonly string Known = $"must be among {string.Join(", ", WireName<AiFeature>.All)}.";

    public ConfigureAiValidator(AiOptions options)
    {
        var priced = $"must be one of {string.Join(", ", options.Prices.Keys.Order(StringComparer.Ordinal))}: the models whose price is configured.";
        RuleFor(x => x.Key).Must(key => key is null || (key.Length is >= 8 and <= 300 && !key.AsSpan().ContainsAnyExceptInRange('!', '~')))
            .WithMessage("must be 8 to 300 printable ASCII characters.");
        RuleFor(x => x.Key).Null().When(x => x.RemoveKey).WithMessage("cannot be set and removed at once.");
        RuleFor(x => x.Model).Must(model => model is null || ConfigureAiHandler.ModelOf(model, options) is not null).WithMessage(priced);
        RuleForEach(x => x.Models).Must(pair => pair.Split('=') is [var feature, _] && WireName<AiFeature>.All.Contains(feature))
            .WithMessage($"must be feature=model; the feature {Known}");
        RuleForEach(x => x.Models).Must(pair => pair.Split('=') is not [_, { Length: > 0 } model] || ConfigureAiHandler.ModelOf(model, options) is not null)
            .WithMessage(priced);
        RuleForEach(x => x.Enable).Must(feature => WireName<AiFeature>.All.Contains(feature)).WithMessage(Known);
        RuleForEach(x => x.Disable).Must(feature => WireName<AiFeature>.All.Contains(feature)).WithMessage(Known);
        RuleFor(x => x.CapUsd).InclusiveBetween(0, 1_000_000);
        RuleFor(x => x.PerMinute).InclusiveBetween(0, 100_000);
    }
}

internal sealed class ConfigureAiHandler(TenantDb db, EventLog log, SecretKeeper secrets, AiOptions options, TimeProvider clock)
    : IRequestHandler<ConfigureAi, Result<AiSettingsView>>
{
    private const string InsertSql = """
        insert into ai.setting (tenant_id, key, key_version, key_set_at, model, models, features, cap_micros, per_minute, version, updated_at)
        values (@TenantId, @Key, @KeyVersion, @KeySetAt, @Model, @Models::jsonb, @Features, @CapMicros, @PerMinute, 1, @Now)
        """;

    private const string UpdateSql = """
        with changed as (
            update ai.setting set key = @Key, key_version = @KeyVersion, key_set_at = @KeySetAt, model = @Model, models = @Models::jsonb,
                features = @Features, cap_micros = @CapMicros, per_minute = @PerMinute, version = @Version + 1, updated_at = @Now
            where tenant_id = @TenantId and version = @Version
            returning 1)
        select kernel.expect_one(count(*)) from changed
        """;

    public async Task<Result<AiSettingsView>> Handle(ConfigureAi request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var stored = await db.SingleOrDefaultAsync<AiSettings>(AiSettings.FindSql, new { db.TenantId }, cancellationToken);
        var before = stored ?? AiSettings.Unset;
        var after = before with
        {
            Model = request.Model is { } model ? ModelOf(model, options)! : before.Model,
            Models = ModelsOf(before, request),
            Features = FeaturesOf(before, request),
            CapMicros = request.CapUsd is { } usd ? (long)Math.Round(usd * 1e6) : before.CapMicros,
            PerMinute = request.PerMinute ?? before.PerMinute,
        };
        if (request.Key is not null || request.RemoveKey)
        {
            after = after with
            {
                Key = request.Key is { } key ? secrets.Protect(AiSettings.KeyPurpose, db.TenantId, key) : null,
                KeyVersion = before.KeyVersion + 1,
                KeySetAt = request.Key is null ? null : now,
            };
        }

        db.Enqueue(stored is null ? InsertSql : UpdateSql, new
        {
            db.TenantId,
            after.Key,
            after.KeyVersion,
            after.KeySetAt,
            after.Model,
            after.Models,
            after.Features,
            after.CapMicros,
            after.PerMinute,
            after.Version,
            Now = now,
        });
        log.Append(new AiConfigured(db.TenantId, Change.Between(
            ("key_version", before.KeyVersion, after.KeyVersion), ("has_key", before.Key is not null, after.Key is not null),
            ("model", before.Model, after.Model), ("models", before.Models, after.Models), ("features", before.Features, after.Features),
            ("cap_usd", before.CapMicros / 1e6, after.CapMicros / 1e6), ("per_minute", before.PerMinute, after.PerMinute))));
        return after.ToView();
    }

    /// <summary>The name of a model whose price is known, by that name or by its family; null when there is none.</summary>
    internal static string? ModelOf(string name, AiOptions options) => options.Prices.ContainsKey(name)
        ? name
        : options.Prices.Keys.Where(model => model.StartsWith($"claude-{name}-", StringComparison.Ordinal)).Order(StringComparer.Ordinal).LastOrDefault();

    private string ModelsOf(AiSettings before, ConfigureAi request)
    {
        var models = new SortedDictionary<string, string>(AiSettings.ReadModels(before.Models), StringComparer.Ordinal);
        foreach (var pair in request.Models ?? [])
        {
            if (pair.Split('=') is [var feature, { Length: > 0 } model])
                models[feature] = ModelOf(model, options)!;
            else
                models.Remove(pair.TrimEnd('='));
        }

        // As PostgreSQL prints it, so that what did not change looks the same.
        return "{" + string.Join(", ", models.Select(pair => $"{JsonSerializer.Serialize(pair.Key)}: {JsonSerializer.Serialize(pair.Value)}")) + "}";
    }

    private static string[] FeaturesOf(AiSettings before, ConfigureAi request) =>
        [.. before.Features.Union(request.Enable ?? []).Except(request.Disable ?? []).Order(StringComparer.Ordinal)];
}
