using System.Net;
using System.Net.Sockets;
using Helpdesk.Webhooks.Targets;

namespace Helpdesk.Webhooks.Tests;

/// <summary>Names that lead elsewhere at each look-up, with a resolver of our own and connections that are real.</summary>
public sealed class TargetGuardTests
{
    private const string Name = "https://rebinding.example";

    private static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");

    [Fact]
    public async Task A_name_that_is_bound_anew_after_the_registration_is_not_connected_to()
    {
        using var inside = Listen(IPAddress.Loopback);
        var guard = Guard(new WebhookOptions(), [Public], [IPAddress.Loopback]);
        Assert.Null(await guard.WhyNotAsync(Name, CancellationToken.None));
        await Assert.ThrowsAsync<TargetRefusedException>(() => AskAsync(guard, inside));
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task The_address_that_was_looked_at_is_the_one_that_is_connected_to()
    {
        using var allowed = Listen(IPAddress.Parse("127.0.0.1"));
        using var inside = Listen(IPAddress.Parse("127.0.0.2"), ((IPEndPoint)allowed.LocalEndpoint).Port);
        // Whoever asked twice, once to look and once to connect, would end up at the second.
        var guard = Guard(new WebhookOptions { AllowedNetworks = ["127.0.0.1/32"] }, [IPAddress.Parse("127.0.0.1")], [IPAddress.Parse("127.0.0.2")]);
        Assert.True(await ConnectsAsync(guard, allowed));
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task One_address_inside_among_others_is_enough_to_refuse()
    {
        using var inside = Listen(IPAddress.Loopback);
        var guard = Guard(new WebhookOptions(), [Public, IPAddress.Parse("10.0.0.7")], [Public, IPAddress.Loopback]);
        Assert.NotNull(await guard.WhyNotAsync(Name, CancellationToken.None));
        await Assert.ThrowsAsync<TargetRefusedException>(() => AskAsync(guard, inside));
        Assert.False(inside.Pending());
    }

    [Theory]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("169.254.169.254")]
    public async Task Answers_that_hide_an_address_are_refused_also_where_loopback_is_allowed(string answer)
    {
        var guard = Guard(new WebhookOptions { AllowInsecure = true }, [IPAddress.Parse(answer)], [IPAddress.Parse(answer)]);
        Assert.NotNull(await guard.WhyNotAsync(Name, CancellationToken.None));
        using var inside = Listen(IPAddress.Loopback);
        await Assert.ThrowsAsync<TargetRefusedException>(() => AskAsync(guard, inside));
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task Networks_that_the_operator_allows_are_connected_to_and_the_others_are_not()
    {
        var options = new WebhookOptions { AllowedNetworks = ["10.20.0.0/16", "fd00:1::/32"] };
        foreach (var (address, isAllowed) in new[] { ("10.20.0.1", true), ("10.21.0.1", false), ("fd00:1::5", true), ("fd00:2::5", false), ("::ffff:10.20.0.1", false) })
            Assert.Equal(isAllowed, await Guard(options, [IPAddress.Parse(address)]).WhyNotAsync(Name, CancellationToken.None) is null);
    }

    [Fact]
    public async Task An_address_that_does_not_answer_leaves_time_to_the_next()
    {
        using var alive = Listen(IPAddress.Parse("127.0.0.1"));
        var dead = IPAddress.Parse("127.0.0.3");
        var guard = Guard(new WebhookOptions { AllowInsecure = true }, [dead, IPAddress.Parse("127.0.0.1")]);
        Assert.True(await ConnectsAsync(guard, alive));
    }

    /// <summary>Asks for the name through a handler that connects as deliveries do; the first exception of the guard comes through.</summary>
    private static async Task AskAsync(TargetGuard guard, TcpListener listener, CancellationToken ct = default)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, UseProxy = false };
        using var http = new HttpClient(handler);
        try
        {
            await http.GetAsync(new Uri($"http://rebinding.example:{((IPEndPoint)listener.LocalEndpoint).Port}/"), ct);
        }
        catch (HttpRequestException exception) when (exception.InnerException is TargetRefusedException refused)
        {
            throw refused;
        }
    }

    /// <summary>Whether a connection arrives there.</summary>
    private static async Task<bool> ConnectsAsync(TargetGuard guard, TcpListener listener)
    {
        using var ended = new CancellationTokenSource();
        var asking = AskAsync(guard, listener, ended.Token);
        var accepting = listener.AcceptSocketAsync();
        var connects = await Task.WhenAny(accepting, Task.Delay(TimeSpan.FromSeconds(10))) == accepting;
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        return connects;
    }

    private static TcpListener Listen(IPAddress address, int port = 0)
    {
        var listener = new TcpListener(address, port);
        listener.Start();
        return listener;
    }

    private static TargetGuard Guard(WebhookOptions options, params IPAddress[][] answers) => new(options, new Resolver(answers));

    /// <summary>Answers differently each time; the last answer stays.</summary>
    private sealed class Resolver(IPAddress[][] answers) : IResolver
    {
        private int _asked;

        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct) =>
            Task.FromResult(answers[Math.Min(Interlocked.Increment(ref _asked), answers.Length) - 1]);
    }
}
