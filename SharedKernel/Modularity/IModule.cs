using System.Reflection;
using Helpdesk.SharedKernel.Http.Dialects;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.SharedKernel.Modularity;

/// <summary>
/// The entry of a module: its only public class beside its records and contracts. Handlers, validators, endpoints, event consumers and
/// migrations are found by scanning the module's assembly.
/// </summary>
public interface IModule
{
    /// <summary>The database schema that the module owns; no other module's SQL may name it.</summary>
    string Schema { get; }

    /// <summary>The assembly that holds the module.</summary>
    Assembly Assembly => GetType().Assembly;

    /// <summary>The dialect that the module speaks, when it is one: its gate and the style of its document are found by scanning.</summary>
    Dialect? Dialect => null;

    /// <summary>Registers what scanning does not find.</summary>
    void AddServices(IServiceCollection services, IConfiguration configuration);
}
