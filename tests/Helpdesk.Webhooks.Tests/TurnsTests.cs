using Helpdesk.Webhooks.Delivering;

namespace Helpdesk.Webhooks.Tests;

/// <summary>Whose turn it is, by itself.</summary>
public sealed class TurnsTests
{
    private const long Acme = 1;
    private const long Other = 2;

    private readonly Turns _turns = new();

    [Fact]
    public async Task An_endpoint_has_four_places_and_one_while_it_fails()
    {
        _turns.Wake(Acme, [10]);
        var turn = await NextAsync(_turns.Answering);
        Assert.Equal(4, Assert.Single(turn.Seats).Places);
        End(turn, failed: true);

        _turns.Wake(Acme, [10]);
        turn = await NextAsync(_turns.Failing);
        Assert.Equal(1, Assert.Single(turn.Seats).Places);
        End(turn, failed: false);

        _turns.Wake(Acme, [10]);
        Assert.Equal(4, Assert.Single((await NextAsync(_turns.Answering)).Seats).Places);
    }

    [Fact]
    public async Task That_an_endpoint_fails_is_remembered_while_it_has_nothing_to_do_and_until_it_answers_or_is_gone()
    {
        foreach (var end in new bool?[] { false, null })
        {
            _turns.Wake(Acme, [10]);
            End(await NextAsync(_turns.Answering), failed: true);
            for (var i = 0; i < 3; i++)
            {
                // Idle in between; an attempt that was not made says nothing.
                _turns.Wake(Acme, [10]);
                await NoneAsync(_turns.Answering);
                End(await NextAsync(_turns.Failing), failed: end is null ? null : true);
            }

            _turns.Wake(Acme, [10]);
            End(await NextAsync(_turns.Failing), failed: false);
        }

        _turns.Wake(Acme, [10]);
        await NextAsync(_turns.Answering);
    }

    [Fact]
    public async Task Of_those_that_fail_so_many_are_remembered_and_that_idle_the_longest_is_forgotten()
    {
        for (var id = 0L; id <= Turns.MostRemembered; id++)
        {
            _turns.Wake(Acme, [id]);
            End(await NextAsync(_turns.Answering), failed: true);
        }

        _turns.Wake(Acme, [0, 1]);
        Assert.Equal(0, Assert.Single((await NextAsync(_turns.Answering)).Seats).Endpoint.Id);
        Assert.Equal(1, Assert.Single((await NextAsync(_turns.Failing)).Seats).Endpoint.Id);
    }

    [Fact]
    public async Task Tenants_alternate_however_many_endpoints_wait()
    {
        _turns.Wake(Acme, Enumerable.Range(0, 150).Select(id => (long)id));
        _turns.Wake(Other, [500]);
        var tenants = new List<long>();
        for (var i = 0; i < 4; i++)
        {
            var turn = await NextAsync(_turns.Answering);
            tenants.Add(turn.TenantId);
            End(turn, failed: false);
            if (turn.TenantId == Other)
                _turns.Wake(Other, [500]);
        }

        Assert.Equal([Acme, Other, Acme, Other], tenants);
    }

    [Fact]
    public async Task What_a_tenant_has_under_way_is_bounded_also_when_its_places_are_given_back()
    {
        _turns.Wake(Acme, Enumerable.Range(0, 100).Select(id => (long)id));
        var begun = new List<Turns.Turn>();
        for (var places = 0; places < Turns.MostOfATenant; places = begun.Sum(turn => turn.Seats.Sum(seat => seat.Places)))
        {
            var turn = await NextAsync(_turns.Answering);
            begun.Add(turn);
            Leave(turn);
        }

        Assert.Equal(Turns.MostOfATenant, begun.Sum(turn => turn.Seats.Sum(seat => seat.Places)));
        await NoneAsync(_turns.Answering);
        // Others are not held up by that, and each that ends lets the next begin.
        _turns.Wake(Other, [500]);
        Assert.Equal(Other, (await NextAsync(_turns.Answering)).TenantId);
        _turns.Done(begun[0], begun[0].Seats[0], failed: false);
        Assert.Equal(1, (await NextAsync(_turns.Answering)).Seats.Sum(seat => seat.Places));
    }

    [Fact]
    public async Task What_all_have_under_way_is_bounded()
    {
        var begun = new List<Turns.Turn>();
        for (var tenant = 0L; tenant < 2 * Turns.MostUnderWay / Turns.MostOfATenant; tenant++)
            _turns.Wake(tenant, Enumerable.Range(0, 100).Select(id => (long)id));
        for (var places = 0; places < Turns.MostUnderWay; places = begun.Sum(turn => turn.Seats.Sum(seat => seat.Places)))
        {
            begun.Add(await NextAsync(_turns.Answering));
            Leave(begun[^1]);
        }

        await NoneAsync(_turns.Answering);
        _turns.Done(begun[0], begun[0].Seats[0], failed: false);
        await NextAsync(_turns.Answering);
    }

    private static async Task<Turns.Turn> NextAsync(Turns turns, Lane lane)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        return await turns.NextAsync(lane, limit.Token);
    }

    private Task<Turns.Turn> NextAsync(Lane lane) => NextAsync(_turns, lane);

    private async Task NoneAsync(Lane lane)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _turns.NextAsync(lane, limit.Token));
    }

    /// <summary>Every place was filled, and has given its place in the lane back.</summary>
    private void Leave(Turns.Turn turn)
    {
        foreach (var seat in turn.Seats)
        {
            for (var i = 0; i < seat.Places; i++)
                _turns.LeaveLane(turn.Lane);
        }
    }

    /// <summary>One delivery for each endpoint was there, and has ended so.</summary>
    private void End(Turns.Turn turn, bool? failed)
    {
        foreach (var seat in turn.Seats)
        {
            // One was there and is done, and there are no more.
            if (seat.Places > 1)
                _turns.Claimed(turn, seat, 1);
            _turns.LeaveLane(turn.Lane);
            _turns.Done(turn, seat, failed);
        }
    }
}
