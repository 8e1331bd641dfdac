namespace Helpdesk.__Module__;

/// <summary>A __words__.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record __Noun__View(long Id, string Name, DateTime CreatedAt, DateTime UpdatedAt);

internal static class __Noun__Errors
{
    public static readonly Error NotFound = Error.NotFound("__noun___not_found", "No such __words__.");
}
