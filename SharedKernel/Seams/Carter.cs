// Stands in for the package Carter (MIT), whose releases for this framework are not to be had here. The names and their meaning
// are those of Carter 6 to 10, so modules are written as for the package: to return to it, delete this file and reference Carter.
using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Carter;

/// <summary>A group of routes that belong together; found by scanning and mapped at start.</summary>
public interface ICarterModule
{
    /// <summary>Maps the routes.</summary>
    void AddRoutes(IEndpointRouteBuilder app);
}

/// <summary>Registration and mapping of <see cref="ICarterModule"/>s.</summary>
public static class CarterExtensions
{
    /// <summary>Registers every <see cref="ICarterModule"/> of the assemblies.</summary>
    public static IServiceCollection AddCarter(this IServiceCollection services, IEnumerable<Assembly> assemblies)
    {
        foreach (var type in assemblies.SelectMany(assembly => assembly.GetTypes()))
        {
            if (typeof(ICarterModule).IsAssignableFrom(type) && type is { IsAbstract: false, IsInterface: false })
                services.AddSingleton(typeof(ICarterModule), type);
        }

        return services;
    }

    /// <summary>Maps the routes of every registered module.</summary>
    public static IEndpointRouteBuilder MapCarter(this IEndpointRouteBuilder app)
    {
        foreach (var module in app.ServiceProvider.GetServices<ICarterModule>())
            module.AddRoutes(app);
        return app;
    }
}
