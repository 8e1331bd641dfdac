using System.Collections.Concurrent;
using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Helpdesk.AI;

/// <summary>
/// The way to the provider. What it said no to for the moment is tried again, twice at most; what may have been worked on is not, since it may
/// have cost something. Each tenant's key has a breaker of its own: while a provider is down for it, a call costs no time.
/// </summary>
internal sealed class ModelTransport(TimeProvider clock) : IDisposable
{
    private const long MostOfAnswer = 1 << 20;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly SocketsHttpHandler _handler = new()
    {
        // The key must not follow anybody to another place, nor our trace ids a request out of the house.
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private readonly ConcurrentDictionary<long, (int Version, ResiliencePipeline<HttpResponseMessage> Pipeline)> _pipelines = new();

    /// <summary>The way for one call.</summary>
    public Way WayOf(ModelKey key) => new(
        _handler,
        _pipelines.AddOrUpdate(key.TenantId, _ => (key.Version, Build()), (_, known) => known.Version == key.Version ? known : (key.Version, Build())).Pipeline);

    public void Dispose() => _handler.Dispose();

    private ResiliencePipeline<HttpResponseMessage> Build() => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            // Around the tries, so calls are counted: three that hang until their deadline, one after the other, must be in time to open it.
            FailureRatio = 0.5,
            MinimumThroughput = 3,
            SamplingDuration = TimeSpan.FromMinutes(3),
            BreakDuration = TimeSpan.FromSeconds(15),
            // A call is cancelled by its deadline alone: a provider that does not answer is down, too.
            ShouldHandle = args => ValueTask.FromResult(args.Outcome is { Exception: not null } || IsDown(args.Outcome.Result!)),
        })
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(250),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome switch
            {
                { Result: { } response } => IsDown(response) && !IsBetween(response) && (WaitOf(response) ?? TimeSpan.Zero) <= LongestWait,
                { Exception: HttpRequestException exception } => IsUnsent(exception),
                _ => false,
            }),
            DelayGenerator = args => ValueTask.FromResult(args.Outcome.Result is { } response ? WaitOf(response) : null),
            OnRetry = args =>
            {
                args.Outcome.Result?.Dispose();
                return default;
            },
        })
        .Build();

    private static bool IsDown(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    /// <summary>Somebody between here and the model did not get its answer; the model may have given one.</summary>
    private static bool IsBetween(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;

    private static bool IsUnsent(HttpRequestException exception) => exception.HttpRequestError
        is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;

    private TimeSpan? WaitOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>The way of one call: knows afterwards whether the call may have cost something.</summary>
    internal sealed class Way(HttpMessageHandler inner, ResiliencePipeline<HttpResponseMessage> pipeline) : DelegatingHandler(inner)
    {
        /// <summary>Whether a request went out to which nobody has said no.</summary>
        public bool MayHaveCost { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            await pipeline.ExecuteAsync(async ct => await TryAsync(request, ct), cancellationToken);

        // The shared handler below lives on.
        protected override void Dispose(bool disposing) => base.Dispose(disposing: false);

        private async Task<HttpResponseMessage> TryAsync(HttpRequestMessage request, CancellationToken ct)
        {
            MayHaveCost = true;
            HttpResponseMessage? response = null;
            try
            {
                response = await base.SendAsync(request, ct);
                MayHaveCost = response.IsSuccessStatusCode || IsBetween(response);
                // To the end, here: an answer that breaks off counts against the provider, and none is endless.
                await response.Content.LoadIntoBufferAsync(MostOfAnswer, ct);
                return response;
            }
            catch (Exception exception)
            {
                response?.Dispose();
                if (exception is HttpRequestException fault && IsUnsent(fault))
                    MayHaveCost = false;
                throw;
            }
        }
    }
}
