using System.Net;
using System.Net.Sockets;

namespace Helpdesk.Webhooks.Targets;

/// <summary>Finds the addresses of names.</summary>
internal interface IResolver
{
    /// <summary>All addresses of a name, at least one.</summary>
    /// <exception cref="SocketException">The name has none, or nobody could be asked.</exception>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct);
}

/// <summary>
/// Asks the system. A look-up blocks its thread for as long as a name server keeps silent, so each gets one of its own: names that tenants
/// choose must not take the threads that answer requests.
/// </summary>
internal sealed class SystemResolver : IResolver, IDisposable
{
    // More than the failing endpoints can want at a time, so that names that nobody answers for leave some to the others.
    private readonly SemaphoreSlim _threads = new(2 * Delivering.Turns.FailingRoom);

    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct)
    {
        await _threads.WaitAsync(ct);
        var asking = Task.Factory.StartNew(() =>
        {
            try
            {
                return Dns.GetHostAddresses(host);
            }
            finally
            {
                _threads.Release();
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        // Who has no time any more goes on; the thread comes back when the system does.
        return await asking.WaitAsync(ct) is { Length: > 0 } addresses ? addresses : throw new SocketException((int)SocketError.NoData);
    }

    public void Dispose() => _threads.Dispose();
}
