using System.Diagnostics;

namespace Helpdesk.Webhooks.Tests;

/// <summary>Many endpoints, of which every tenth never answers.</summary>
public sealed class FairnessTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private const int HangsEvery = 10;

    private static readonly int Tenants = Soak.Size("TENANTS", 6);
    private static readonly int EndpointsOfOne = Soak.Size("ENDPOINTS_OF_ONE", 20);
    private static readonly int EventsOfOne = Soak.Size("EVENTS_OF_ONE", 5);

    // A receiver that hangs holds its attempt for ten seconds. In the suite, beside other work, a third of that tells that nobody waits for it; the
    // soak demands the second that is promised.
    private static readonly int MostMilliseconds = Soak.Size("MEDIAN_MS", 3_000);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(Soak.Size("PACE_MS", 100));

    [Fact]
    public async Task Receivers_that_hang_do_not_delay_the_others()
    {
        await using var receiver = await Receiver.StartAsync();
        var (clients, healthy, hanging) = (new List<ApiClient>(), new List<Hook>(), new List<Hook>());
        for (var tenant = 0; tenant < Tenants; tenant++)
        {
            var (_, client) = await app.HookedAsync();
            clients.Add(client);
            for (var i = 0; i < EndpointsOfOne; i++)
            {
                var hook = receiver.Open();
                (i % HangsEvery == 0 ? hanging : healthy).Add(hook);
                if (i % HangsEvery == 0)
                    hook.Answer = Hook.Hang;
                await client.WebhookAsync(hook.Url, "ticket.created");
            }
        }

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < EventsOfOne * Tenants; i++)
        {
            if (Pace * i - watch.Elapsed is var ahead && ahead > TimeSpan.Zero)
                await Task.Delay(ahead);
            await clients[i % Tenants].TicketAsync($"Event {i}");
        }

        foreach (var hook in healthy)
            await hook.ReceiveAsync(EventsOfOne);
        // From the time that the event bears, which it got before its commit.
        var delays = healthy.SelectMany(hook => hook.Calls).Select(call => (call.At - call.Json.GetProperty("created_at").GetDateTime()).TotalMilliseconds).Order().ToArray();
        Soak.Report($"{healthy.Count + hanging.Count} endpoints, {hanging.Count} of them hanging, of {Tenants} tenants; {EventsOfOne * Tenants} events in {watch.Elapsed.TotalSeconds:0} s; "
            + $"{delays.Length} deliveries to the others: median {At(0.5):0} ms, 95 % {At(0.95):0} ms, 99 % {At(0.99):0} ms, longest {delays[^1]:0} ms after the event; "
            + $"{hanging.Sum(hook => hook.Calls.Count)} attempts at those that hang");
        Assert.Equal(healthy.Count * EventsOfOne, delays.Length);
        Assert.All(hanging, hook => Assert.NotEmpty(hook.Calls));
        Assert.InRange(At(0.5), 0, MostMilliseconds);

        double At(double share) => delays[(int)(share * (delays.Length - 1))];
    }
}
