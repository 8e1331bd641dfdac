namespace Helpdesk.Tickets;

/// <summary>
/// Lets the requests of this process that change one ticket decide one after the other. Decided side by side, all but one would be refused by the
/// ticket's version and decide again. Other processes, and a ticket named in two ways, still rely on the version.
/// </summary>
internal sealed class TicketTurns
{
    private readonly Dictionary<(long TenantId, TicketRef Ref), Queue<TaskCompletionSource>> _taken = [];

    /// <summary>Waits until nobody has the ticket, and has it then.</summary>
    public async Task TakeAsync(long tenantId, TicketRef reference, CancellationToken ct)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_taken)
        {
            if (_taken.TryAdd((tenantId, reference), []))
                return;
            _taken[(tenantId, reference)].Enqueue(turn);
        }

        await using var registration = ct.UnsafeRegister(static turn => ((TaskCompletionSource)turn!).TrySetCanceled(), turn);
        await turn.Task;
    }

    /// <summary>Gives the ticket to the one that has waited longest.</summary>
    public void Pass(long tenantId, TicketRef reference)
    {
        lock (_taken)
        {
            var waiting = _taken[(tenantId, reference)];
            while (waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult())
                    return;
            }

            _taken.Remove((tenantId, reference));
        }
    }
}
