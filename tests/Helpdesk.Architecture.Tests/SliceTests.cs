using System.Reflection;
using System.Text.RegularExpressions;
using FluentValidation;
using Helpdesk.Host;
using Helpdesk.SharedKernel.Events;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Requests;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Helpdesk.Architecture.Tests;

public sealed class SliceTests(HelpdeskApp app) : IClassFixture<HelpdeskApp>
{
    private static readonly Type[] Types = [.. HostModules.All.SelectMany(module => module.Assembly.GetTypes())];

    private static readonly Type[] Requests =
        [.. Types.Where(type => type is { IsAbstract: false } && (IsCommand(type) || IsHook(type) || Closes(type, typeof(IQuery<>))))];

    [Fact]
    public void Every_endpoint_names_its_permission_or_is_anonymous() => Offenders.None(
        from endpoint in app.Endpoints
        where endpoint.Metadata.GetMetadata<SliceEndpoint>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        select endpoint.DisplayName);

    [Fact]
    public void No_endpoint_of_a_module_is_anonymous() => Offenders.None(
        from endpoint in app.Endpoints
        where endpoint.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal)
            && (endpoint.Metadata.GetMetadata<SliceEndpoint>() is null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        select endpoint.DisplayName);

    [Fact]
    public void No_scope_of_the_api_grants_what_only_operators_may() => Offenders.None(
        from endpoint in app.Endpoints
        where endpoint.Metadata.GetMetadata<SliceEndpoint>()?.Permission is Permission.Operate
        select endpoint.DisplayName);

    [Fact]
    public void Every_permission_over_http_has_a_scope_that_grants_it() => Offenders.None(
        from endpoint in app.Endpoints
        let slice = endpoint.Metadata.GetMetadata<SliceEndpoint>()
        where slice is not null && Record.Exception(() => slice.Dialect.Scopes.For(slice.Permission)) is not null
        select $"{endpoint.DisplayName} wants {slice.Permission}");

    [Fact]
    public void Reading_routes_send_queries_and_changing_routes_send_commands() => Offenders.None(
        from endpoint in app.Endpoints
        let slice = endpoint.Metadata.GetMetadata<SliceEndpoint>()
        where slice is not null
        let reads = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("GET")
        where reads == slice.IsCommand
        select endpoint.DisplayName);

    [Fact]
    public void Every_request_names_its_permission() =>
        Offenders.None(Requests.Where(type => type.GetCustomAttribute<RequiresAttribute>() is null).Select(type => type.FullName));

    [Fact]
    public void Every_request_is_a_sealed_public_record() =>
        Offenders.None(Requests.Where(type => !type.IsSealed || !type.IsPublic || type.GetMethod("<Clone>$") is null).Select(type => type.FullName));

    [Fact]
    public void Every_request_has_exactly_one_handler_named_after_it_in_its_own_module() => Offenders.None(
        from request in Requests
        let handlers = Types.Where(type => Handles(type, request)).ToArray()
        where handlers is not [var only] || only.Name != request.Name + "Handler" || only.Assembly != request.Assembly
        select $"{request.FullName} is handled by {(handlers.Length == 0 ? "nobody" : string.Join(", ", handlers.Select(type => type.FullName)))}");

    [Fact]
    public void Handlers_validators_and_endpoints_are_internal_and_sealed() => Offenders.None(
        from type in Types
        where Closes(type, typeof(IRequestHandler<,>)) || Closes(type, typeof(INotificationHandler<>)) || Closes(type, typeof(IValidator<>))
            || typeof(Carter.ICarterModule).IsAssignableFrom(type) || typeof(IFeedConsumer).IsAssignableFrom(type)
        where type.IsVisible || !type.IsSealed
        select type.FullName);

    [Fact]
    public void No_request_has_two_validators() => Offenders.None(
        from request in Requests
        where Types.Count(type => typeof(IValidator<>).MakeGenericType(request).IsAssignableFrom(type)) > 1
        select request.FullName);

    [Fact]
    public void No_file_defines_two_slices() => Offenders.None(
        from module in HostModules.All
        from file in Sources.CSharp(Sources.Folder(module))
        let code = File.ReadAllText(file)
        let requests = Regex.Count(code, @"[):]\s*I(Command|Query|Hook)<")
        let handlers = Regex.Count(code, @":\s*IRequestHandler<")
        where requests > 1 || handlers > 1 || requests != handlers
        select $"{Path.GetRelativePath(Sources.Root, file)} defines {requests} requests and {handlers} handlers");

    [Fact]
    public void Handlers_do_not_send_requests() => Offenders.None(
        from type in Types
        where Closes(type, typeof(IRequestHandler<,>))
        from facts in Code.Of(type)
        where facts.Called.Any(method => method.DeclaringType == typeof(IMediator) && method.Name == "Send")
        select $"{type.FullName} sends a request");

    /// <summary>What a handler changes, it says: by an event of its own or by the writer that makes events of the difference.</summary>
    [Fact]
    public void Every_command_appends_an_event() => Offenders.None(
        from request in Requests
        where IsCommand(request)
        from handler in Types
        where Handles(handler, request) && !Appends(handler)
        select handler.FullName);

    [Fact]
    public void Events_have_keys_of_their_own()
    {
        var keys = from type in Types
                   where typeof(DomainEvent).IsAssignableFrom(type) && !type.IsAbstract
                   from constructor in type.GetConstructors(BindingFlags.Public | BindingFlags.Instance)
                   from key in Code.Of(type).Where(facts => facts.Method == constructor).SelectMany(facts => facts.Texts).Where(text => text.Contains('.'))
                   select (Key: key, Type: type);
        Assert.NotEmpty(keys);
        Offenders.None(keys.Where(pair => !Regex.IsMatch(pair.Key, "^[a-z_]+\\.[a-z_]+$")).Select(pair => $"{pair.Type.Name} has the key {pair.Key}"));
        Offenders.None(keys.GroupBy(pair => pair.Key).Where(same => same.Select(pair => pair.Type).Distinct().Count() > 1)
            .Select(same => $"{same.Key} is the key of {string.Join(", ", same.Select(pair => pair.Type.Name))}"));
    }

    private static bool IsCommand(Type type) => typeof(ICommand).IsAssignableFrom(type);

    private static bool IsHook(Type type) => typeof(IHook).IsAssignableFrom(type);

    private static bool Closes(Type type, Type generic) =>
        type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == generic);

    private static bool Handles(Type type, Type request) => type.GetInterfaces().Any(face =>
        face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IRequestHandler<,>) && face.GetGenericArguments()[0] == request);

    private static bool Appends(Type handler) =>
        handler.GetConstructors().Single().GetParameters().Any(parameter => IsWriter(parameter.ParameterType))
        && Code.Of(handler).SelectMany(facts => facts.Called).Any(method => IsWriter(method.DeclaringType!) && method.Name is "Append" or "Save");

    /// <summary>The log itself, or the class of a module that writes a thing together with its event.</summary>
    private static bool IsWriter(Type type) => type == typeof(EventLog)
        || (type.Name.EndsWith("Writer", StringComparison.Ordinal)
            && type.GetConstructors().Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(EventLog))));
}
