using System.Text.Json;
using Helpdesk.Access;
using Helpdesk.Host;
using Helpdesk.Host.Documents;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Modularity;
using Helpdesk.SharedKernel.OpenApi;
using Helpdesk.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Helpdesk.SharedKernel.Tests.OpenApi;

/// <summary>
/// The routes of all modules, and those of <see cref="SampleModule"/>, served without any database: the document must not need one.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA1816", Justification = "Nothing here has a finalizer.")]
public class ApiFixture : IAsyncLifetime
{
    private readonly WebApplication _app = Build();

    /// <summary>A host name of the dialect whose document is looked at.</summary>
    protected virtual string Host => "acme.localhost";

    /// <summary>The dialect.</summary>
    protected virtual string Dialect => "mobieus";

    public HttpClient Client { get; private set; } = null!;

    public string Json { get; private set; } = null!;

    public string Yaml { get; private set; } = null!;

    public JsonElement Document { get; private set; }

    public JsonSchemaCheck Schemas { get; private set; } = null!;

    public OpenApiConformance Conformance { get; private set; } = null!;

    /// <summary>Path, method and slice of every route that runs a slice.</summary>
    public IReadOnlyList<(string Path, string Method, SliceEndpoint Slice)> Routes =>
    [
        .. from endpoint in ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
           let slice = endpoint.Metadata.GetMetadata<SliceEndpoint>()
           where slice?.Dialect.Name == Dialect
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
           select (ApiDocument.PathOf(endpoint), method.ToLowerInvariant(), slice),
    ];

    /// <summary>All operations of the document, with a name for messages.</summary>
    public IEnumerable<(string Name, JsonElement Operation)> Operations =>
        from path in Document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name} {path.Name}", operation.Value);

    public JsonElement Operation(string method, string path) => Document.GetProperty("paths").GetProperty(path).GetProperty(method);

    public JsonElement Schema(string name) => Document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    /// <summary>Fails with all the lines, if there are any.</summary>
    public static void Nothing(IEnumerable<string> lines) => Assert.Equal("", string.Join('\n', lines));

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address), DefaultRequestHeaders = { Host = Host } };
        Json = await Client.GetStringAsync("/api/openapi.json");
        Yaml = await Client.GetStringAsync("/api/openapi.yaml");
        Document = JsonSerializer.Deserialize<JsonElement>(Json);
        Schemas = new JsonSchemaCheck(Document);
        Conformance = new OpenApiConformance(Json);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:Helpdesk", "Host=database.invalid")]);
        builder.Services.AddHelpdesk(builder.Configuration, [.. HostModules.All, new SampleModule()]);
        foreach (var worker in builder.Services.Where(IsWorker).ToList())
            builder.Services.Remove(worker);

        var app = builder.Build();
        app.UseHelpdesk();
        app.MapApiDocuments();
        app.MapApiViewer();
        return app;
    }

    private static bool IsWorker(ServiceDescriptor service) => service.ServiceType == typeof(IHostedService)
        && service.ImplementationType?.Assembly == typeof(AccessModule).Assembly;
}

/// <summary>The same, asked for the document of Headoni.</summary>
public sealed class HeadoniApi : ApiFixture
{
    protected override string Host => "acme.headoni.localhost";

    protected override string Dialect => "headoni";
}
