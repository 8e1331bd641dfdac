namespace Helpdesk.Tickets.Tests;

public sealed class TicketTurnsTests
{
    private static readonly TicketRef Wanted = new(7, null);
    private readonly TicketTurns _turns = new();

    [Fact]
    public async Task Who_comes_first_waits_for_nobody()
    {
        Assert.True(Take().IsCompletedSuccessfully);
        Assert.True(_turns.TakeAsync(1, new(8, null), default).IsCompletedSuccessfully);
        Assert.True(_turns.TakeAsync(2, Wanted, default).IsCompletedSuccessfully);
        var next = Take();
        Assert.False(next.IsCompleted);
        _turns.Pass(1, Wanted);
        await next;
    }

    [Fact]
    public async Task Turns_come_in_the_order_of_asking()
    {
        await Take();
        var (second, third) = (Take(), Take());
        _turns.Pass(1, Wanted);
        await second;
        Assert.False(third.IsCompleted);
        _turns.Pass(1, Wanted);
        await third;
    }

    [Fact]
    public async Task Who_gives_up_waiting_is_passed_over()
    {
        await Take();
        using var leaving = new CancellationTokenSource();
        var (second, third) = (_turns.TakeAsync(1, Wanted, leaving.Token), Take());
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _turns.Pass(1, Wanted);
        await third;
        _turns.Pass(1, Wanted);
        Assert.True(Take().IsCompletedSuccessfully);
    }

    private Task Take() => _turns.TakeAsync(1, Wanted, default);
}
