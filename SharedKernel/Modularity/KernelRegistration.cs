using System.Reflection;
using System.Text.Json;
using Carter;
using FluentValidation;
using Helpdesk.SharedKernel.Behaviours;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Events;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Http.Dialects;
using Helpdesk.SharedKernel.Http.Native;
using Helpdesk.SharedKernel.OpenApi;
using Helpdesk.SharedKernel.Secrets;
using Helpdesk.SharedKernel.Tenancy;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using HostOptions = Helpdesk.SharedKernel.Http.HostOptions;

namespace Helpdesk.SharedKernel.Modularity;

/// <summary>Puts the kernel and the modules into a host.</summary>
public static class KernelRegistration
{
    /// <summary>Registers the kernel, and every module with what scanning finds in it.</summary>
    public static IServiceCollection AddHelpdesk(
        this IServiceCollection services, IConfiguration configuration, IReadOnlyList<IModule> modules)
    {
        ValidatorOptions.Global.PropertyNameResolver = (_, member, _) => member is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name);
        ValidatorOptions.Global.DisplayNameResolver = ValidatorOptions.Global.PropertyNameResolver;
        ValidatorOptions.Global.LanguageManager = new ValidationMessages();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(Options<LimitOptions>(configuration, "Limits"));
        services.AddSingleton(Options<HostOptions>(configuration, "Hosts"));
        services.AddSingleton(Options<CorsOptions>(configuration, "Cors"));
        services.AddSingleton(_ => new Database(configuration));
        services.AddSingleton(_ => MasterKey.Read(Options<SecretOptions>(configuration, "Secrets"), configuration["Helpdesk:DataFolder"]));
        services.AddSingleton<SecretKeeper>();
        services.AddSingleton(new Migrator(modules));
        services.AddSingleton<StartupCheck>();
        services.AddSingleton<Ids>();
        services.AddSingleton<Signals>();
        services.AddSingleton<SealerSignal>();
        services.AddSingleton<Feed>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton<Cors>();
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<RefusalLimiter>();
        services.AddScoped<RequestContext>();
        services.AddScoped<TenantDb>();
        services.AddScoped<EventLog>();
        services.AddScoped<Idempotency>();
        services.AddScoped<HookClaims>();
        AddDialects(services, modules);
        AddMediator(services);

        var assemblies = modules.Select(module => module.Assembly).ToArray();
        AddSlices(services, assemblies);
        services.AddCarter(assemblies);
        foreach (var module in modules)
        {
            services.AddSingleton(module);
            module.AddServices(services, configuration);
        }

        return services;
    }

    /// <summary>Registers the lease that ids stand on; enough for a command that only writes.</summary>
    public static IServiceCollection AddHelpdeskIds(this IServiceCollection services) => services.AddHostedService<NodeLease>();

    /// <summary>Registers what runs in the background; the ids come first, since everything needs them.</summary>
    public static IServiceCollection AddHelpdeskWorkers(this IServiceCollection services)
    {
        services.AddHelpdeskIds();
        services.AddHostedService(provider => provider.GetRequiredService<Signals>());
        services.AddHostedService<Sealer>();
        services.AddHostedService<Housekeeping>();
        return services;
    }

    /// <summary>Puts the checks before the routes, and maps the routes of all modules.</summary>
    public static WebApplication UseHelpdesk(this WebApplication app)
    {
        app.UseMiddleware<DialectDoor>();
        app.UseRouting();
        app.Use(DialectDoor.PassAsync);
        app.MapCarter();
        return app;
    }

    private static void AddDialects(IServiceCollection services, IReadOnlyList<IModule> modules)
    {
        foreach (var dialect in modules.Select(module => module.Dialect).OfType<Dialect>().Prepend(NativeDialect.Instance))
            services.AddSingleton(dialect);
        services.AddSingleton<NativeGate>();
        services.AddSingleton<IGate>(provider => provider.GetRequiredService<NativeGate>());
        services.AddSingleton<DocumentStyle, NativeDocument>();
        services.AddSingleton(provider => new HostTable(provider.GetRequiredService<NativeGate>(), provider.GetServices<IGate>()));
        services.AddSingleton<Entrance>();
        services.AddSingleton<MatcherPolicy, DialectPolicy>();
    }

    // Outermost first. Idempotency stands outside validation: a refused request is remembered too.
    private static void AddMediator(IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetRequiredService);
        services.AddScoped<IMediator, Mediator>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(PermissionBehaviour<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(CommandBehaviour<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(HookBehaviour<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(ValidationBehaviour<,>));
    }

    private static void AddSlices(IServiceCollection services, Assembly[] assemblies) => services.Scan(scan => scan
        .FromAssemblies(assemblies)
        .AddClasses(classes => classes.AssignableTo(typeof(IRequestHandler<,>)), publicOnly: false).AsImplementedInterfaces().WithScopedLifetime()
        .AddClasses(classes => classes.AssignableTo(typeof(INotificationHandler<>)), publicOnly: false).AsImplementedInterfaces().WithScopedLifetime()
        .AddClasses(classes => classes.AssignableTo(typeof(IValidator<>)), publicOnly: false).As(ValidatorOf).WithSingletonLifetime()
        .AddClasses(classes => classes.AssignableTo<IFeedConsumer>(), publicOnly: false).As<IFeedConsumer>().WithSingletonLifetime()
        .AddClasses(classes => classes.AssignableTo<IPublishedEvents>(), publicOnly: false).As<IPublishedEvents>().WithSingletonLifetime()
        .AddClasses(classes => classes.AssignableTo<IGate>(), publicOnly: false).As<IGate>().WithSingletonLifetime()
        .AddClasses(classes => classes.AssignableTo<DocumentStyle>(), publicOnly: false).As<DocumentStyle>().WithSingletonLifetime());

    private static IEnumerable<Type> ValidatorOf(Type type) => type.GetInterfaces()
        .Where(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IValidator<>));

    private static T Options<T>(IConfiguration configuration, string section) where T : class, new() =>
        configuration.GetSection("Helpdesk:" + section).Get<T>() ?? new T();
}
