using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Helpdesk.Audit;
using Helpdesk.Webhooks.Signing;
using Helpdesk.Webhooks.Targets;

namespace Helpdesk.Webhooks.Delivering;

/// <summary>What came of an attempt.</summary>
/// <param name="At">When it was made.</param>
/// <param name="LatencyMs">Milliseconds until the response came, or until it was given up.</param>
/// <param name="Status">The HTTP status of the response.</param>
/// <param name="Body">The beginning of its body.</param>
/// <param name="Error">Why there was none.</param>
/// <param name="RetryAfter">How long the receiver wants to be left alone.</param>
/// <param name="IsOurs">Whether it failed because of this server, and says nothing about the receiver.</param>
internal sealed record Outcome(
    DateTime At, int LatencyMs, int? Status, string? Body, DeliveryError? Error, TimeSpan? RetryAfter, bool IsOurs = false)
{
    /// <summary>The receiver wants no more.</summary>
    public const int Gone = 410;

    /// <summary>The receiver has too much to do.</summary>
    public const int TooMany = 429;

    public bool IsSuccess => Status is >= 200 and < 300;
}

/// <summary>Sends deliveries: one attempt in at most ten seconds, signed at its own time, to where the guard lets it.</summary>
internal sealed class Sender : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly SigningSecrets _secrets;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _clock;

    public Sender(TargetGuard guard, SigningSecrets secrets, WebhookOptions options, TimeProvider clock)
    {
        (_secrets, _options, _clock) = (secrets, options, clock);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = guard.ConnectAsync,
            // A redirect would lead past what was registered; a proxy would connect in our place.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            // Names may lead elsewhere meanwhile.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 64 * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            // Ids of our traces are nobody else's business.
            ActivityHeadersPropagator = null,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Mobieus-Webhook/1.0");
    }

    /// <summary>Makes an attempt; null when the process stopped before it was known what came of it.</summary>
    /// <param name="tenantId">Whose delivery.</param>
    /// <param name="target">Where to.</param>
    /// <param name="published">The event: told in the same bytes on every attempt, and in the same words as the list of events has.</param>
    /// <param name="stop">The process has no time any more.</param>
    public async Task<Outcome?> SendAsync(long tenantId, Target target, PublishedEventView published, CancellationToken stop)
    {
        var (now, watch) = (_clock.GetUtcNow(), Stopwatch.GetTimestamp());
        // It was taken under settings that may be others by now.
        if (TargetGuard.WhyNotForm(target.Url, _options) is not null)
            return new(now.UtcDateTime, 0, null, null, DeliveryError.AddressNotAllowed, null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            using var request = Request(tenantId, target, published, JsonSerializer.SerializeToUtf8Bytes(published, WireJson.Options), now);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var latency = Milliseconds();
            var text = await ResponseText.ReadAsync(response.Content, limit.Token);
            return new(now.UtcDateTime, latency, (int)response.StatusCode, text, null, RetryAfterOf(response.Headers.RetryAfter, now));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or CryptographicException or IOException)
        {
            return stop.IsCancellationRequested ? null : new(now.UtcDateTime, Milliseconds(), null, null, ErrorOf(exception), null, IsOurs(exception));
        }

        int Milliseconds() => (int)Stopwatch.GetElapsedTime(watch).TotalMilliseconds;
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(long tenantId, Target target, PublishedEventView published, byte[] body, DateTimeOffset now)
    {
        var secrets = new List<string> { _secrets.Unprotect(tenantId, target.Secret) };
        if (target.PreviousSecret is { } previous && target.PreviousSecretExpiresAt > now.UtcDateTime)
            secrets.Add(_secrets.Unprotect(tenantId, previous));

        var time = now.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = Json;
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[
            ("Mobieus-Event-Id", published.Id), ("Mobieus-Event-Type", published.Type), ("Mobieus-Signature", Signature.Mobieus(time, body, secrets)),
            ("webhook-id", published.Id), ("webhook-timestamp", $"{time}"), ("webhook-signature", Signature.Standard(published.Id, time, body, secrets))])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header, DateTimeOffset now) => header?.Delta ?? header?.Date - now;

    private static bool IsOurs(Exception exception) => exception is CryptographicException or
    {
        InnerException: NoLookUpException or SocketException
        {
            SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.NetworkDown
        }
    };

    private static DeliveryError ErrorOf(Exception exception) => exception switch
    {
        CryptographicException => DeliveryError.SecretUnreadable,
        OperationCanceledException => DeliveryError.Timeout,
        { InnerException: TargetRefusedException } => DeliveryError.AddressNotAllowed,
        { InnerException: NoLookUpException } => DeliveryError.NameNotResolved,
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery } } =>
            DeliveryError.NameNotResolved,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => DeliveryError.TlsFailed,
        _ => DeliveryError.ConnectionFailed,
    };
}
