namespace Helpdesk.Canned.Contracts;

/// <summary>Composes texts from the caller's tenant's canned responses.</summary>
public interface ICannedTemplates
{
    /// <summary>The raw template, or null when the tenant has no canned response with this id.</summary>
    Task<string?> FindAsync(long id, CancellationToken ct);

    /// <summary>
    /// Replaces the placeholders <c>{{name}}</c> of a template by their values, as they are; unknown names become nothing. There are no
    /// sections, helpers or partials: a template is text of the tenant, not a program.
    /// </summary>
    string Render(string template, IReadOnlyDictionary<string, string> values);

    /// <summary>Counts one use, in the transaction of the request.</summary>
    void CountUse(long id);
}
