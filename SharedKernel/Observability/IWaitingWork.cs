namespace Helpdesk.SharedKernel.Observability;

/// <summary>Work in the background that can fall behind; shown to operators by its name. Registered by the module that does it.</summary>
public interface IWaitingWork
{
    /// <summary>The label of the work; lower case, never of a tenant.</summary>
    string Name { get; }

    /// <summary>How much waits over all tenants. Asked every few seconds: it must not cost more when much waits.</summary>
    Task<WaitingWork> ReadAsync(CancellationToken ct);
}

/// <summary>Work that waits.</summary>
/// <param name="Depth">How many pieces; counting may stop at a bound.</param>
/// <param name="Age">For how many seconds the oldest waits; 0 when nothing does.</param>
public sealed record WaitingWork(long Depth, double Age);
