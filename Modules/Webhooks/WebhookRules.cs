using Helpdesk.Webhooks.Targets;

namespace Helpdesk.Webhooks;

/// <summary>What an endpoint may be (mobieus 5.8).</summary>
internal static class WebhookRules
{
    public const int Url = 2048;
    public const int Description = 200;

    // Of a tenant, in each of its environments. Every one costs a row for each event that it hears of.
    public const int MostEndpoints = 100;

    /// <summary>The address by its looks; where its name leads is looked at by <see cref="TargetGuard"/>.</summary>
    public static IRuleBuilderOptions<T, string?> TargetUrl<T>(this IRuleBuilder<T, string?> rule, WebhookOptions options) => rule
        .NotEmpty().MaximumLength(Url)
        .Must(url => string.IsNullOrEmpty(url) || TargetGuard.WhyNotForm(url, options) is null)
        .WithMessage((_, url) => TargetGuard.WhyNotForm(url!, options)!);

    /// <summary>The events it hears of.</summary>
    public static IRuleBuilderOptions<T, string[]?> Subscription<T>(this IRuleBuilder<T, string[]?> rule, EventTypes types) => rule
        .NotEmpty()
        .Must(events => events is null or [] || types.IsSubscription(events)).WithMessage(types.Wanted);
}
