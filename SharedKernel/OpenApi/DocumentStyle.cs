using System.Text.Json;
using System.Text.Json.Nodes;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Results;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>What the OpenAPI document of a dialect says that its routes and records do not. Found by scanning.</summary>
public abstract class DocumentStyle
{
    /// <summary>Whose document it is.</summary>
    public abstract Dialect Dialect { get; }

    /// <summary>Title, version and what there is to know before the first call.</summary>
    public abstract OpenApiInfo Info { get; }

    /// <summary>Where the API is, as its clients call it.</summary>
    public abstract OpenApiServer Server { get; }

    /// <summary>The name under which the key is published as a security scheme.</summary>
    public abstract string KeyName { get; }

    /// <summary>What keys look like, for people.</summary>
    public abstract string KeyFormat { get; }

    /// <summary>How to send a key; the scopes and their operations are listed behind it.</summary>
    public abstract string KeyDescription { get; }

    /// <summary>How records are read and written.</summary>
    public abstract JsonSerializerOptions Json { get; }

    /// <summary>What every route can refuse.</summary>
    /// <param name="slice">The route.</param>
    public abstract IEnumerable<Error> RefusalsOf(SliceEndpoint slice);

    /// <summary>How the dialect refuses a value that it cannot read.</summary>
    /// <param name="field">The member of the body or part of the query.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="isInBody">Whether it stands in the body.</param>
    public virtual Error FaultOf(string field, string reason, bool isInBody) => Error.Invalid(field, reason);

    /// <summary>The schema of a success whose data has this schema.</summary>
    /// <param name="data">The schema of the one thing, or of a row of a list.</param>
    /// <param name="isList">Whether the answer is a page of a list.</param>
    public abstract IOpenApiSchema Envelope(IOpenApiSchema data, bool isList);

    /// <summary>An example of a success.</summary>
    /// <param name="data">The one thing, or the rows.</param>
    /// <param name="isList">Whether the answer is a page of a list.</param>
    public abstract JsonNode Wrap(JsonNode data, bool isList);

    /// <summary>The schema of refusals.</summary>
    /// <param name="codes">Their codes.</param>
    /// <param name="bodies">What the dialect writes for each.</param>
    public abstract OpenApiSchema ErrorEnvelope(IEnumerable<string> codes, IReadOnlyList<JsonObject> bodies);

    /// <summary>The names of the headers of an answer.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="canBeReplayed">Whether it may have been stored by an earlier request.</param>
    public abstract IEnumerable<string> HeadersOf(int status, bool canBeReplayed);

    /// <summary>What a status of a refusal means, in a sentence.</summary>
    public abstract string MeaningOf(int status);

    /// <summary>A text that is kept in the assembly of the style, such as an introduction in Markdown.</summary>
    /// <param name="name">The name of the resource.</param>
    protected string Resource(string name)
    {
        using var stream = GetType().Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"There is no resource {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Trim();
    }
}
