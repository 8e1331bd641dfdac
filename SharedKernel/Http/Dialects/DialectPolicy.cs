using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Helpdesk.SharedKernel.Http.Dialects;

/// <summary>
/// Keeps the routes of the dialects apart, whose paths overlap: on a host of one dialect the routes of the others are not there. Routes
/// without a dialect are there on every host. Works on the routes' tree when it is built; a request costs a look into its features, and at
/// most one comparison of references for each dialect that has the path.
/// </summary>
internal sealed class DialectPolicy : MatcherPolicy, INodeBuilderPolicy
{
    private static readonly object Everybody = new();

    /// <summary>Before the policy of methods, so that the answer to a wrong method knows only those of the dialect.</summary>
    public override int Order => -2000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(endpoint => DialectOf(endpoint) is not null);

    public IReadOnlyList<PolicyNodeEdge> GetEdges(IReadOnlyList<Endpoint> endpoints)
    {
        var common = endpoints.Where(endpoint => DialectOf(endpoint) is null).ToList();
        var edges = endpoints.Select(DialectOf).OfType<Dialect>().Distinct()
            .Select(dialect => new PolicyNodeEdge(dialect, [.. endpoints.Where(endpoint => DialectOf(endpoint) is null || DialectOf(endpoint) == dialect)]))
            .ToList();
        if (common.Count > 0)
            edges.Add(new(Everybody, common));
        return edges;
    }

    public PolicyJumpTable BuildJumpTable(int exitDestination, IReadOnlyList<PolicyJumpTableEdge> edges)
    {
        var others = edges.Where(edge => edge.State == Everybody).Select(edge => (int?)edge.Destination).SingleOrDefault();
        return new JumpTable([.. edges.Where(edge => edge.State is Dialect).Select(edge => ((Dialect)edge.State, edge.Destination))], others ?? exitDestination);
    }

    private static Dialect? DialectOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<Dialect>();

    private sealed class JumpTable((Dialect Dialect, int Destination)[] edges, int others) : PolicyJumpTable
    {
        public override int GetDestination(HttpContext httpContext)
        {
            var wanted = httpContext.Context().Dialect;
            foreach (var (dialect, destination) in edges)
            {
                if (ReferenceEquals(dialect, wanted))
                    return destination;
            }

            return others;
        }
    }
}
