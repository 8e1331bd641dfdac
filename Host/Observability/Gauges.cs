using System.Diagnostics.Metrics;
using Helpdesk.Host.Operation;
using Helpdesk.SharedKernel.Events;
using Helpdesk.SharedKernel.Observability;
using Npgsql;

namespace Helpdesk.Host.Observability;

/// <summary>
/// Looks at the whole every few seconds, so that who asks for numbers does not ask the database. What could not be looked at is not reported:
/// an old number would look like a good one.
/// </summary>
internal sealed class Gauges : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(35);

    private readonly IServiceProvider _services;
    private readonly TimeProvider _clock;
    private readonly ObservableGauge<int> _ready;
    private Sample? _last;

    public Gauges(IServiceProvider services, IMeterFactory meters, TimeProvider clock)
    {
        (_services, _clock) = (services, clock);
        var meter = meters.Create(Telemetry.Name, Telemetry.Version);
        var signals = services.GetRequiredService<Signals>();
        _ready = meter.CreateObservableGauge("helpdesk.ready", () => Fresh() is { } x ? [new(x.Fault is null ? 1 : 0)] : None<int>(), null,
            "1 while this process can serve (what /readyz says), 0 while it cannot.");
        meter.CreateObservableGauge("helpdesk.outbox.depth", () => Fresh()?.Backlog is { } x ? [new(x.OutboxDepth)] : None<long>(), "{event}",
            $"Committed events that wait for their number, counted up to {Backlog.Most}. The whole database's, whichever process says it.");
        meter.CreateObservableGauge("helpdesk.outbox.age", () => Fresh()?.Backlog is { } x ? [new(x.OutboxAge)] : None<double>(), "s",
            "Since when the oldest of them waits. The whole database's.");
        meter.CreateObservableGauge("helpdesk.feed.lag",
            () => Fresh()?.Backlog?.FeedLag.Select(x => new Measurement<long>(x.Value, new KeyValuePair<string, object?>("consumer", x.Key))) ?? [], "{event}",
            "Numbered events that a consumer has not read yet, over all tenants. The whole database's.");
        meter.CreateObservableGauge("helpdesk.work.waiting", () => Waiting(work => work.Depth), "{piece}",
            "Pieces of work in the background that wait, by work; counting may stop at a bound. The whole database's.");
        meter.CreateObservableGauge("helpdesk.work.age", () => Waiting(work => work.Age), "s",
            "Since when the oldest of them waits, by work. The whole database's.");
        meter.CreateObservableGauge("helpdesk.signals.heard", () => signals.IsListening ? 1 : 0, null,
            "1 while word of other processes arrives; 0 while this one looks for itself every second.");
        meter.CreateObservableGauge("helpdesk.build.info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", Telemetry.Version)), null,
            "Always 1; the label says the version.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, _clock);
        try
        {
            do
            {
                if (_ready.Enabled)
                    _last = await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private IEnumerable<Measurement<T>> Waiting<T>(Func<WaitingWork, T> number) where T : struct =>
        Fresh()?.Work?.Select(x => new Measurement<T>(number(x.Value), new KeyValuePair<string, object?>("work", x.Key))) ?? [];

    private static Measurement<T>[] None<T>() where T : struct => [];

    private Sample? Fresh() => _last is { } last && _clock.GetElapsedTime(last.At) < StaleAfter ? last : null;

    private async Task<Sample> LookAsync(CancellationToken ct)
    {
        var fault = await Health.FindFaultAsync(_services, ct);
        try
        {
            var backlog = await Backlog.ReadAsync(
                _services.GetRequiredService<Database>(), _services.GetServices<IFeedConsumer>(), ct);
            var waiting = new Dictionary<string, WaitingWork>();
            foreach (var work in _services.GetServices<IWaitingWork>())
                waiting[work.Name] = await work.ReadAsync(ct);
            return new Sample(fault, backlog, waiting, _clock.GetTimestamp());
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return new Sample(fault, null, null, _clock.GetTimestamp());
        }
    }

    private sealed record Sample(string? Fault, Backlog? Backlog, IReadOnlyDictionary<string, WaitingWork>? Work, long At);
}
