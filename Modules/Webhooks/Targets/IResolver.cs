using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Helpdesk.Webhooks.Targets;

/// <summary>Finds the addresses of names.</summary>
internal interface IResolver
{
    /// <summary>All addresses of a name, at least one.</summary>
    /// <exception cref="SocketException">The name has none, or those who know it do not tell.</exception>
    /// <exception cref="NoLookUpException">Nobody could be asked, which says nothing about the name.</exception>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct);
}

/// <summary>
/// Asks the system. A look-up blocks its thread for as long as a name server keeps silent, so each gets one of its own: names that tenants
/// choose must not take the threads that answer requests. Who wants a name that is being looked up waits for the same answer, so that a name
/// that nobody answers for holds one thread, however many deliveries wait for it.
/// </summary>
internal sealed class SystemResolver(Func<string, IPAddress[]> ask, TimeSpan patience, int threads) : IResolver, IDisposable
{
    // Short beside what an attempt has: who gets no thread ends with a fault of our own, and not for want of an answer.
    private static readonly TimeSpan PatienceForAThread = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _threads = new(threads);
    private readonly ConcurrentDictionary<string, Lazy<Task<IPAddress[]>>> _asking = new(StringComparer.OrdinalIgnoreCase);
    private long _answered = long.MinValue;

    // More threads than the failing endpoints can want at a time, so that names that nobody answers for leave some to the others.
    public SystemResolver()
        : this(Dns.GetHostAddresses, TimeSpan.FromSeconds(8), 2 * Delivering.Turns.FailingRoom)
    {
    }

    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            // Who has no time any more goes on; the thread comes back when the system does.
            return await _asking.GetOrAdd(host, name => new(() => AskAsync(name))).Value.WaitAsync(patience, ct) is { Length: > 0 } addresses
                ? addresses
                : throw new SocketException((int)SocketError.NoData);
        }
        // Where other names are answered, it is those who know this one that keep silent; otherwise it may be whom we ask.
        catch (Exception exception) when (exception is TimeoutException or SocketException { SocketErrorCode: SocketError.TryAgain })
        {
            throw Volatile.Read(ref _answered) >= begun ? new SocketException((int)SocketError.TryAgain) : new NoLookUpException();
        }
    }

    public void Dispose() => _threads.Dispose();

    private async Task<IPAddress[]> AskAsync(string host)
    {
        try
        {
            if (!await _threads.WaitAsync(PatienceForAThread))
                throw new NoLookUpException();
            return await Task.Factory.StartNew(() => Ask(host), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _asking.TryRemove(host, out _);
        }
    }

    private IPAddress[] Ask(string host)
    {
        try
        {
            var addresses = ask(host);
            Volatile.Write(ref _answered, Stopwatch.GetTimestamp());
            return addresses;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            Volatile.Write(ref _answered, Stopwatch.GetTimestamp());
            throw;
        }
        finally
        {
            _threads.Release();
        }
    }
}

/// <summary>No thread was free for a look-up, or no name server answers; that says nothing about the name.</summary>
internal sealed class NoLookUpException() : Exception("No name can be looked up at the moment.");
