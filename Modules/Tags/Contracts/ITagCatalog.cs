using System.Collections.Frozen;

namespace Helpdesk.Tags.Contracts;

/// <summary>The tags of the tenants. Answers come from memory.</summary>
public interface ITagCatalog
{
    /// <summary>All tags of a tenant, as of the last change.</summary>
    ValueTask<TagSet> GetAsync(long tenantId);
}

/// <summary>A tag as tickets show it.</summary>
/// <param name="Id">The tag's id.</param>
/// <param name="Slug">Its name for programs, unique within the tenant.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Color">A colour as <c>#rrggbb</c>, lower case.</param>
public sealed record TagRef(long Id, string Slug, string Name, string Color);

/// <summary>The tags of one tenant, immutable.</summary>
public sealed class TagSet
{
    private readonly FrozenDictionary<long, TagRef> _byId;
    private readonly FrozenDictionary<string, TagRef> _bySlug;

    /// <summary>Indexes the tags.</summary>
    public TagSet(IReadOnlyList<TagRef> tags)
    {
        _byId = tags.ToFrozenDictionary(tag => tag.Id);
        _bySlug = tags.ToFrozenDictionary(tag => tag.Slug);
    }

    /// <summary>The tags as this module lists them, by name, then id.</summary>
    internal IReadOnlyList<TagRow> Rows { get; init; } = [];

    /// <summary>The tag with this slug, or null.</summary>
    public TagRef? BySlug(string slug) => _bySlug.GetValueOrDefault(slug);

    /// <summary>The tags with these ids, in the order given; ids that the tenant does not have (any more) are left out.</summary>
    public IReadOnlyList<TagRef> ByIds(long[] ids)
    {
        if (ids.Length == 0)
            return [];
        var found = new List<TagRef>(ids.Length);
        foreach (var id in ids)
        {
            if (_byId.TryGetValue(id, out var tag))
                found.Add(tag);
        }

        return found;
    }
}
