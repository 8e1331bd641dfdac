namespace Helpdesk.Canned;

internal static class CannedErrors
{
    public static readonly Error NotFound = Error.NotFound("canned_response_not_found", "No such canned response.");
    public static readonly Error QueueNotFound = Error.NotFound("queue_not_found", "No such queue.");

    public static Error SlugTaken(string slug) => Error.Conflict("slug_taken", $"The slug '{slug}' is in use.").With("slug", slug);
}

/// <summary>What canned responses accept (mobieus 5.3).</summary>
internal static class CannedLimits
{
    public const int Title = 160;
    public const int Body = 65_535;
    public const int SortOrder = 100_000;
    public const int DefaultSortOrder = 100;
    public const string SlugWanted = "must be lower-case letters and digits joined by single hyphens, at most 64 characters.";
}
