using System.Net;
using System.Net.Sockets;
using Helpdesk.Webhooks.Targets;

namespace Helpdesk.Webhooks.Tests;

/// <summary>Look-ups with name servers of our own, which keep silent as long as they are told to.</summary>
public sealed class SystemResolverTests
{
    private static readonly IPAddress[] Found = [IPAddress.Loopback];

    [Fact]
    public async Task A_name_that_many_wait_for_is_asked_for_once()
    {
        using var silence = new ManualResetEventSlim();
        var asked = 0;
        using var resolver = new SystemResolver(
            _ =>
            {
                Interlocked.Increment(ref asked);
                silence.Wait();
                return Found;
            },
            TimeSpan.FromSeconds(5), threads: 2);
        var waiting = Enumerable.Range(0, 20).Select(i => resolver.ResolveAsync(i % 2 == 0 ? "slow.example" : "SLOW.example", default)).ToArray();
        // The others of the tenant leave a thread to everybody else.
        silence.Set();
        Assert.All(await Task.WhenAll(waiting), addresses => Assert.Equal(Found, addresses));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Silence_is_our_own_fault_unless_other_names_are_answered()
    {
        using var silence = new ManualResetEventSlim();
        using var resolver = new SystemResolver(
            host =>
            {
                if (host.StartsWith("silent", StringComparison.Ordinal))
                    silence.Wait();
                return host.StartsWith("none", StringComparison.Ordinal) ? throw new SocketException((int)SocketError.HostNotFound) : Found;
            },
            TimeSpan.FromMilliseconds(300), threads: 3);
        await Assert.ThrowsAsync<NoLookUpException>(() => resolver.ResolveAsync("silent.example", default));
        var silent = resolver.ResolveAsync("silent.other.example", default);
        // That there is no such name is an answer too.
        await Assert.ThrowsAsync<SocketException>(() => resolver.ResolveAsync("none.example", default));
        await Assert.ThrowsAsync<SocketException>(() => silent);
        silence.Set();
    }

    [Fact]
    public async Task Who_gets_no_thread_is_told_apart_from_who_gets_no_answer()
    {
        using var silence = new ManualResetEventSlim();
        using var resolver = new SystemResolver(
            _ =>
            {
                silence.Wait();
                return Found;
            },
            TimeSpan.FromSeconds(10), threads: 1);
        var first = resolver.ResolveAsync("one.example", default);
        await Assert.ThrowsAsync<NoLookUpException>(() => resolver.ResolveAsync("two.example", default));
        silence.Set();
        Assert.Equal(Found, await first);
        Assert.Equal(Found, await resolver.ResolveAsync("two.example", default));
    }
}
