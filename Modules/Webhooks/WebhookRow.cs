namespace Helpdesk.Webhooks;

/// <summary>An endpoint as it is stored.</summary>
internal sealed record WebhookRow(
    long Id, bool IsTest, string Url, string[] SubscribedEvents, string? Description, bool IsActive, string? DisabledReason,
    int ConsecutiveFailures, DateTime? FailingSince, byte[] Secret, byte[]? PreviousSecret, DateTime? PreviousSecretExpiresAt, DateTime CreatedAt, DateTime UpdatedAt)
{
    public const string Columns = """
        id, is_test, url, subscribed_events, description, is_active, disabled_reason, consecutive_failures, failing_since, secret, previous_secret,
        previous_secret_expires_at, created_at, updated_at
        """;

    private DisabledReason? Reason => DisabledReason is { } text && WireName<DisabledReason>.TryParse(text, out var reason) ? reason : null;

    public WebhookEndpointView ToView(DateTime now) => new(
        Id, Url, SubscribedEvents, Description, IsActive, Reason, ConsecutiveFailures, Previous(now), CreatedAt, UpdatedAt);

    public CreatedWebhookEndpointView ToCreatedView(string secret) => new(
        Id, Url, SubscribedEvents, Description, IsActive, Reason, ConsecutiveFailures, null, CreatedAt, UpdatedAt, secret);

    public RotatedWebhookEndpointView ToRotatedView(string secret, DateTime now, DateTime previousExpiresAt) => new(
        Id, Url, SubscribedEvents, Description, IsActive, Reason, ConsecutiveFailures, Previous(now), CreatedAt, UpdatedAt, secret, previousExpiresAt);

    private DateTime? Previous(DateTime now) => PreviousSecretExpiresAt is { } expires && expires > now ? expires : null;
}

internal static class WebhookErrors
{
    public static readonly Error NotFound = Error.NotFound("webhook_not_found", "There is no such webhook endpoint.");

    public static readonly Error TooMany = new(
        "too_many_webhooks", ErrorKind.Invalid, $"There are {WebhookRules.MostEndpoints} webhook endpoints in this environment; delete one first.");

    public static readonly Error DeliveryNotFound = Error.NotFound("delivery_not_found", "There is no such delivery.");
}
