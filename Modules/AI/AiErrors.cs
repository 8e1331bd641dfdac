namespace Helpdesk.AI;

/// <summary>Why a hook has no answer (mobieus 5.9). All come with status 200, in the hooks' own envelope.</summary>
internal static class AiErrors
{
    public static readonly Error NoKey = Declined("no_key", "There is no usable key for the model: it was removed meanwhile, cannot be read, or the provider does not know it.");

    public static readonly Error TicketNotFound = Declined("ticket_not_found", "No such ticket.");

    public static readonly Error NoRequesterText = Declined("no_requester_text", "The requester has written nothing in this ticket.");

    public static readonly Error MalformedJson = Declined("malformed_json", "The model gave no usable answer, twice. The same request may succeed.");

    public static readonly Error ProviderError = Declined("provider_error", "The model cannot be reached, took too long, or its provider failed.");

    public static Error GateBlocked(GateReason reason) =>
        Declined("gate_blocked", "The call was not let through; `reason` is `plan`, `feature_disabled`, `spend_cap`, `rate_limit` or `no_key`.")
            .With("reason", WireName<GateReason>.Of(reason));

    private static Error Declined(string code, string message) => new(code, ErrorKind.Declined, message);
}

/// <summary>What kept the gate shut.</summary>
internal enum GateReason
{
    Plan,
    FeatureDisabled,
    SpendCap,
    RateLimit,
    NoKey,
}
