namespace Helpdesk.SharedKernel.Events;

/// <summary>One thing that an operator's file adds or changes.</summary>
/// <param name="Kind">What sort of thing, such as <c>queue</c>.</param>
/// <param name="Name">What the file calls it: its slug or address.</param>
/// <param name="IsNew">Whether it is added.</param>
/// <param name="Fields">The fields before and after; before is null where it is added.</param>
public sealed record Difference(string Kind, string Name, bool IsNew, IReadOnlyDictionary<string, Change> Fields);
