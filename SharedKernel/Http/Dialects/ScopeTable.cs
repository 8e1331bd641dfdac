using Helpdesk.SharedKernel.Requests;

namespace Helpdesk.SharedKernel.Http.Dialects;

/// <summary>The names of a dialect's scopes and what each grants.</summary>
/// <param name="grants">The permissions of each scope. Where several grant one, the first names it in refusals.</param>
public sealed class ScopeTable(IReadOnlyDictionary<string, Permission[]> grants)
{
    private readonly Dictionary<Permission, string> _names = grants
        .SelectMany(pair => pair.Value, (pair, permission) => (Permission: permission, Scope: pair.Key))
        .DistinctBy(pair => pair.Permission).ToDictionary(pair => pair.Permission, pair => pair.Scope);

    /// <summary>All scopes.</summary>
    public IReadOnlyCollection<string> All { get; } = [.. grants.Keys];

    /// <summary>What a set of scopes grants together; unknown ones grant nothing.</summary>
    public PermissionSet Granted(IEnumerable<string> scopes) =>
        PermissionSet.Of(scopes.SelectMany(scope => grants.TryGetValue(scope, out var permissions) ? permissions : []));

    /// <summary>The scope that grants a permission. Throws where none does.</summary>
    public string For(Permission permission) => _names[permission];
}
