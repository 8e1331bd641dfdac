using Helpdesk.Tags.Contracts;

namespace Helpdesk.Tickets;

/// <summary>What tickets accept as tags.</summary>
internal static class TagRules
{
    public const int Most = 20;

    public static IRuleBuilderOptions<T, string[]?> TagSlugs<T>(this IRuleBuilder<T, string[]?> rule) => rule
        .Must(slugs => slugs is null || slugs.Length <= Most).WithMessage($"must have at most {Most} entries.")
        .Must(slugs => slugs is null || Array.TrueForAll(slugs, slug => slug is not null)).WithMessage("must not contain null.");

    /// <summary>The ids of the tags, each once, in the order given. Fails on a slug that the tenant does not have.</summary>
    public static Result<long[]> Resolve(string[] slugs, TagSet tags, string field)
    {
        if (slugs.Length == 0)
            return Array.Empty<long>();
        var ids = new List<long>(slugs.Length);
        foreach (var slug in slugs)
        {
            if (tags.BySlug(slug) is not { } tag)
                return Error.Invalid(field, $"there is no tag '{(slug.Length > 64 ? slug[..64] : slug)}'.");
            if (!ids.Contains(tag.Id))
                ids.Add(tag.Id);
        }

        return ids.ToArray();
    }
}

/// <summary>The longest texts of a ticket.</summary>
internal static class TicketLimits
{
    public const int Subject = 255;
    public const int Address = 254;

    // What other dialects may let in: nothing is stored beyond these.
    public const int TranslatedSubject = 500;
    public const int TranslatedAddress = 255;
    public const int Body = 65_535;
}
