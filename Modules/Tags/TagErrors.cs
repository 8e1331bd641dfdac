namespace Helpdesk.Tags;

internal static class TagErrors
{
    public static Error SlugTaken(string slug) => Error.Conflict("slug_taken", $"The slug '{slug}' is in use.").With("slug", slug);
}

/// <summary>What tags accept (mobieus 5.4).</summary>
internal static class TagLimits
{
    public const int Name = 80;
    public const string Color = @"^#[0-9a-fA-F]{6}\z";
    public const string ColorWanted = "must be a colour such as #dc2626.";
    public const string DefaultColor = "#6b7280";
    public const string SlugWanted = "must be lower-case letters and digits joined by single hyphens, at most 64 characters.";
}
