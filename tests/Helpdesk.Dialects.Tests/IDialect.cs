using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.Dialects.Tests;

/// <summary>Writes tickets of one desk through a dialect. A dialect joins by one of these and one <see cref="IReader"/>.</summary>
internal interface IWriter
{
    /// <summary>Opens the ticket of a story, without its steps; answers its id.</summary>
    Task<long> OpenAsync(Story story);

    /// <summary>Does a step. False where the dialect has no such thing; then another dialect does it.</summary>
    Task<bool> TryAsync(long ticketId, Step step);

    /// <summary>How many characters a subject has at most.</summary>
    int LongestSubject { get; }

    /// <summary>Whether a ticket may have values of its topic's own fields.</summary>
    bool TakesFields { get; }

    /// <summary>Whether tickets are filed under the desk's default topic where nothing is said.</summary>
    bool FilesEverything { get; }
}

/// <summary>Reads tickets of one desk through a dialect.</summary>
internal interface IReader
{
    /// <summary>The ticket by its id, with the whole answer as text; null where it is not found.</summary>
    Task<(Seen Ticket, string Answer)?> ReadAsync(long ticketId);

    /// <summary>The newest tickets of the list, with the whole answer as text.</summary>
    Task<(IReadOnlyList<Seen> Tickets, string Answer)> ListAsync();

    /// <summary>Whether its clients are requesters, who must never see what is internal.</summary>
    bool IsForRequesters { get; }
}

/// <summary>A ticket as a dialect shows it, in words that belong to none; null for what it does not show.</summary>
internal sealed record Seen
{
    public required long Id { get; init; }

    public required int? Number { get; init; }

    public required string Subject { get; init; }

    public required int Priority { get; init; }

    /// <summary>What the shown status can stand for, by the table of the mapping.</summary>
    public required StatusCategory[] Categories { get; init; }

    public (long Id, string Label)? Status { get; init; }

    public (long Id, string Name)? Queue { get; init; }

    /// <summary>Id 0 stands for none.</summary>
    public (long Id, string? Name)? Topic { get; init; }

    /// <summary>The value of the field <c>order</c>; empty stands for none.</summary>
    public string? Order { get; init; }

    public required string Email { get; init; }

    public required string Name { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime UpdatedAt { get; init; }

    /// <summary>How exact times are.</summary>
    public required TimeSpan Precision { get; init; }

    public IReadOnlyList<(ActorKind Kind, string Body)>? Messages { get; init; }
}
