using Helpdesk.Desk.Contracts;
using Helpdesk.Tags.Contracts;
using Helpdesk.Tickets.Contracts;

namespace Helpdesk.Tickets;

/// <summary>Tickets, their threads, the people who ask, and search. Owns the <c>tickets</c> schema.</summary>
public sealed class TicketsModule : IModule
{
    /// <inheritdoc/>
    public string Schema => "tickets";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<KnownRequesters>();
        services.AddSingleton<KnownTickets>();
        services.AddSingleton<KnownPages>();
        services.AddSingleton<CommonSearches>();
        services.AddScoped<Requesters>();
        services.AddScoped<Assignment>();
        services.AddSingleton<TicketTurns>();
        services.AddScoped<TicketStore>();
        services.AddScoped<TicketPages>();
        services.AddScoped<TicketWriter>();
        services.AddSingleton<TicketLookup>();
        services.AddSingleton<ITicketReader, TicketReader>();
        services.AddScoped<ITicketThreads, TicketThreads>();
        services.AddScoped<IOpenTickets, OpenTickets>();
        services.AddScoped<ITaggedTickets, TaggedTickets>();
        services.AddHostedService<TagSweeper>();
        services.AddSingleton<WordMerger>();
        services.AddHostedService(provider => provider.GetRequiredService<WordMerger>());
    }
}
