using Helpdesk.SharedKernel.Secrets;

namespace Helpdesk.Webhooks;

/// <summary>Why an endpoint hears of nothing.</summary>
public enum DisabledReason
{
    /// <summary>Somebody switched it off.</summary>
    Manual,

    /// <summary>It answered 410: it wants no more.</summary>
    Gone,

    /// <summary>Too many attempts in a row failed.</summary>
    Failures,
}

/// <summary>An endpoint that hears of events (mobieus 6.10). It belongs to the environment of the key that made it.</summary>
/// <param name="Id">The endpoint's id.</param>
/// <param name="Url">Where events are sent to.</param>
/// <param name="SubscribedEvents">The types that it hears of; <c>*</c> alone stands for all.</param>
/// <param name="Description">A note for people.</param>
/// <param name="IsActive">Whether it hears of events.</param>
/// <param name="DisabledReason">Why it does not; null while it does.</param>
/// <param name="ConsecutiveFailures">Attempts that failed since the last one that succeeded.</param>
/// <param name="PreviousSecretExpiresAt">Until when deliveries are signed with the former secret too; null when they are not.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
[Example("""
    {
      "id": 190517233934336, "url": "https://example.com/hooks/helpdesk", "subscribed_events": ["ticket.created", "ticket.replied"],
      "description": "Shop", "is_active": true, "disabled_reason": null, "consecutive_failures": 0, "previous_secret_expires_at": null,
      "created_at": "2026-06-14T09:30:00Z", "updated_at": "2026-06-14T09:30:00Z"
    }
    """)]
public sealed record WebhookEndpointView(
    long Id, string Url, string[] SubscribedEvents, string? Description, bool IsActive, DisabledReason? DisabledReason, int ConsecutiveFailures,
    DateTime? PreviousSecretExpiresAt, DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>A new endpoint, with the secret that signs its deliveries.</summary>
/// <param name="Id">The endpoint's id.</param>
/// <param name="Url">Where events are sent to.</param>
/// <param name="SubscribedEvents">The types that it hears of; <c>*</c> alone stands for all.</param>
/// <param name="Description">A note for people.</param>
/// <param name="IsActive">Whether it hears of events.</param>
/// <param name="DisabledReason">Why it does not; null while it does.</param>
/// <param name="ConsecutiveFailures">Attempts that failed since the last one that succeeded.</param>
/// <param name="PreviousSecretExpiresAt">Until when deliveries are signed with the former secret too; null when they are not.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
/// <param name="SigningSecret">The secret: <c>whsec_</c> and 43 characters. Shown here and never again.</param>
[Example("""
    {
      "id": 190517233934336, "url": "https://example.com/hooks/helpdesk", "subscribed_events": ["ticket.created", "ticket.replied"],
      "description": "Shop", "is_active": true, "disabled_reason": null, "consecutive_failures": 0, "previous_secret_expires_at": null,
      "created_at": "2026-06-14T09:30:00Z", "updated_at": "2026-06-14T09:30:00Z",
      "signing_secret": "whsec_Zm9yIGV4YW1wbGUgb25seSwgbmV2ZXIgdXNlIHRoaXM"
    }
    """)]
public sealed record CreatedWebhookEndpointView(
    long Id, string Url, string[] SubscribedEvents, string? Description, bool IsActive, DisabledReason? DisabledReason, int ConsecutiveFailures,
    DateTime? PreviousSecretExpiresAt, DateTime CreatedAt, DateTime UpdatedAt, string SigningSecret) : IHoldsSecret;

/// <summary>An endpoint whose secret was changed.</summary>
/// <param name="Id">The endpoint's id.</param>
/// <param name="Url">Where events are sent to.</param>
/// <param name="SubscribedEvents">The types that it hears of; <c>*</c> alone stands for all.</param>
/// <param name="Description">A note for people.</param>
/// <param name="IsActive">Whether it hears of events.</param>
/// <param name="DisabledReason">Why it does not; null while it does.</param>
/// <param name="ConsecutiveFailures">Attempts that failed since the last one that succeeded.</param>
/// <param name="PreviousSecretExpiresAt">Until when deliveries are signed with the former secret too; null when they are not.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
/// <param name="SigningSecret">The new secret. Shown here and never again.</param>
/// <param name="PreviousExpiresAt">From when on the former secret signs nothing any more.</param>
[Example("""
    {
      "id": 190517233934336, "url": "https://example.com/hooks/helpdesk", "subscribed_events": ["*"], "description": null, "is_active": true,
      "disabled_reason": null, "consecutive_failures": 0, "previous_secret_expires_at": "2026-06-15T09:30:00Z",
      "created_at": "2026-06-14T09:30:00Z", "updated_at": "2026-06-14T09:30:00Z",
      "signing_secret": "whsec_Zm9yIGV4YW1wbGUgb25seSwgbmV2ZXIgdXNlIHRoaXM", "previous_expires_at": "2026-06-15T09:30:00Z"
    }
    """)]
public sealed record RotatedWebhookEndpointView(
    long Id, string Url, string[] SubscribedEvents, string? Description, bool IsActive, DisabledReason? DisabledReason, int ConsecutiveFailures,
    DateTime? PreviousSecretExpiresAt, DateTime CreatedAt, DateTime UpdatedAt, string SigningSecret, DateTime PreviousExpiresAt) : IHoldsSecret;
