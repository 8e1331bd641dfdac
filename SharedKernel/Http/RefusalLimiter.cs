using System.Collections.Concurrent;
using System.Net;

namespace Helpdesk.SharedKernel.Http;

/// <summary>
/// Counts refused sign-ins by address. An address that is out of them is not shut out, since there may be a good key behind it: its keys
/// are looked up one after the other, so that guessing costs the database one connection at most.
/// </summary>
public sealed class RefusalLimiter(LimitOptions options, TimeProvider clock) : IDisposable
{
    // Long enough for a good key to get through between guesses; who waits longer stands behind a flood.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1);
    private Window _window = new(0);

    /// <summary>The limit in force.</summary>
    public int PerMinute => options.RefusalsPerMinute;

    /// <summary>Whole seconds until the present window ends.</summary>
    public int SecondsLeft => (int)(60 - clock.GetUtcNow().ToUnixTimeSeconds() % 60);

    /// <summary>Whether the address has used up its refusals of this minute.</summary>
    public bool IsExhausted(IPAddress? address) =>
        address is not null && Current().TryGetValue(address, out var count) && count >= options.RefusalsPerMinute;

    /// <summary>Looks a key up when it is the turn of an address that is out of refusals; null when that takes too long.</summary>
    public async ValueTask<T?> InTurnAsync<T>(Func<ValueTask<T?>> lookUp, CancellationToken ct) where T : class
    {
        if (!await _turn.WaitAsync(Patience, ct))
            return null;
        try
        {
            return await lookUp();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Counts one refusal.</summary>
    public void Count(IPAddress? address)
    {
        if (address is not null)
            Current().AddOrUpdate(address, 1, static (_, count) => count + 1);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private ConcurrentDictionary<IPAddress, int> Current()
    {
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        var window = Volatile.Read(ref _window);
        if (window.Minute == minute)
            return window.Refusals;
        // Whoever begins the minute first is followed by the others, so that none counts in a window that is thrown away.
        var next = new Window(minute);
        var found = Interlocked.CompareExchange(ref _window, next, window);
        return ReferenceEquals(found, window) ? next.Refusals : found.Refusals;
    }

    private sealed record Window(long Minute)
    {
        public ConcurrentDictionary<IPAddress, int> Refusals { get; } = new();
    }
}
