using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Helpdesk.SharedKernel.Observability;

/// <summary>
/// What the product itself counts and traces, beside what ASP.NET Core, Npgsql and the runtime measure already. A number nobody listens to
/// costs a comparison; a span nobody listens to is not made. Labels hold only names of a fixed set, never anything of a tenant or caller.
/// </summary>
public static class Telemetry
{
    /// <summary>The name of the meter and of the source of activities.</summary>
    public const string Name = "Helpdesk";

    /// <summary>This program's version.</summary>
    public static readonly string Version = typeof(Telemetry).Assembly.GetName().Version!.ToString(3);

    private static readonly Meter Meter = new(Name, Version);
    private static readonly ActivitySource Source = new(Name, Version);

    /// <summary>Committed events that got their number.</summary>
    public static readonly Counter<long> EventsNumbered =
        Meter.CreateCounter<long>("helpdesk.events.numbered", "{event}", "Committed events that got their number in a tenant's feed.");

    /// <summary>Commits that were decided again; label <c>request</c>.</summary>
    public static readonly Counter<long> CommitsRetried =
        Meter.CreateCounter<long>("helpdesk.commits.retried", "{commit}", "Commits that lost a race and were decided again, by request.");

    /// <summary>Shared transactions that failed, so that each of their requests was written again by itself.</summary>
    public static readonly Counter<long> CommitsParted =
        Meter.CreateCounter<long>("helpdesk.commits.parted", "{transaction}", "Shared transactions that failed, so that each of their requests was written again by itself.");

    /// <summary>Requests answered with the remembered reply of an earlier one.</summary>
    public static readonly Counter<long> RequestsReplayed =
        Meter.CreateCounter<long>("helpdesk.requests.replayed", "{request}", "Requests answered with the remembered reply of an earlier one.");

    /// <summary>Requests refused by a limiter; label <c>reason</c>: <c>minute</c>, <c>hour</c> or <c>address</c>.</summary>
    public static readonly Counter<long> RequestsLimited =
        Meter.CreateCounter<long>("helpdesk.requests.limited", "{request}", "Requests refused by a limiter: a key's minute or hour, or an address with too many refused sign-ins.");

    /// <summary>Catalogs read from the database; label <c>catalog</c>.</summary>
    public static readonly Counter<long> CatalogReloads =
        Meter.CreateCounter<long>("helpdesk.catalog.reloads", "{reload}", "Times that a tenant's catalog was read from the database, by catalog.");

    /// <summary>API keys looked up in the database.</summary>
    public static readonly Counter<long> KeysMissed =
        Meter.CreateCounter<long>("helpdesk.keys.missed", "{lookup}", "Look-ups of API keys that memory could not answer.");

    /// <summary>Node leases that could not be renewed.</summary>
    public static readonly Counter<long> LeaseRenewalsFailed =
        Meter.CreateCounter<long>("helpdesk.lease.renewals_failed", "{renewal}", "Renewals of the node number that failed. Without it no ids are made, so nothing can be written.");

    /// <summary>Mail that a mail server took over.</summary>
    public static readonly Counter<long> MailSent =
        Meter.CreateCounter<long>("helpdesk.mail.sent", "{mail}", "Mail that the mail server took over.");

    /// <summary>Tries to send mail that failed; label <c>outcome</c>: <c>later</c> or <c>given_up</c>.</summary>
    public static readonly Counter<long> MailFailed =
        Meter.CreateCounter<long>("helpdesk.mail.failed", "{try}", "Tries to send a mail that failed, by what becomes of it: later or given_up.");

    /// <summary>Calls of a model; label <c>outcome</c>: <c>ok</c>, <c>malformed_json</c>, <c>provider_error</c> or <c>no_key</c>.</summary>
    public static readonly Counter<long> AiCalls =
        Meter.CreateCounter<long>("helpdesk.ai.calls", "{call}", "Calls of a model, by outcome: ok, malformed_json, provider_error or no_key.");

    /// <summary>Webhook deliveries that a receiver took.</summary>
    public static readonly Counter<long> WebhooksDelivered =
        Meter.CreateCounter<long>("helpdesk.webhooks.delivered", "{delivery}", "Webhook deliveries that a receiver took.");

    /// <summary>Attempts to deliver a webhook that failed; label <c>outcome</c>: <c>later</c> or <c>given_up</c>.</summary>
    public static readonly Counter<long> WebhooksFailed =
        Meter.CreateCounter<long>("helpdesk.webhooks.failed", "{attempt}", "Attempts to deliver a webhook that failed, by what becomes of the delivery: later or given_up.");

    /// <summary>Starts a span, as a child of the present one. Null when nobody listens.</summary>
    public static Activity? Start(string step) => Source.HasListeners() ? Source.StartActivity(step) : null;

    /// <summary>Starts a span named after a step and what it works on. Null when nobody listens.</summary>
    public static Activity? Start(string step, string what) => Source.HasListeners() ? Source.StartActivity(step + " " + what) : null;

    /// <summary>Counts one, with one label.</summary>
    public static void Add(this Counter<long> counter, string label, string value) => counter.Add(1, new KeyValuePair<string, object?>(label, value));

    /// <summary>Puts the names of a request onto its span.</summary>
    internal static void Describe(string requestId, string? tenant)
    {
        if (!Source.HasListeners() || Activity.Current is not { IsAllDataRequested: true } span)
            return;
        span.SetTag("helpdesk.request_id", requestId);
        if (tenant is not null)
            span.SetTag("helpdesk.tenant", tenant);
    }
}
