namespace Helpdesk.Notifications;

/// <summary>
/// What an agent, a requester or, by default, everybody of the tenant is told of: one row for each event key and channel, whether
/// somebody set it or not.
/// </summary>
/// <param name="Scope">Whose preferences.</param>
/// <param name="ScopeId">The id of the agent or requester; 0 for the tenant's default.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page: 1 to 100, 50 when absent; a number outside is brought into the range.</param>
[Requires(Permission.NotificationsRead)]
[Refuses(ErrorKind.NotFound, "agent_not_found")]
[Refuses(ErrorKind.NotFound, "requester_not_found")]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
public sealed record ListNotificationPrefs([Choices(typeof(PrefScope))] string? Scope, long? ScopeId, string? Cursor, int? Limit)
    : IQuery<Page<NotificationPref>>;

internal sealed class ListNotificationPrefsValidator : AbstractValidator<ListNotificationPrefs>
{
    public ListNotificationPrefsValidator()
    {
        RuleFor(x => x.Scope).NotEmpty();
        RuleFor(x => x.Scope).Must(text => WireName<PrefScope>.TryParse(text!, out _)).When(x => !string.IsNullOrEmpty(x.Scope))
            .WithMessage(WireName<PrefScope>.Wanted);
        RuleFor(x => x.ScopeId).NotNull();
        RuleFor(x => x.ScopeId).Equal(0).When(x => x.ScopeId is not null && x.Scope == WireName<PrefScope>.Of(PrefScope.TenantDefault))
            .WithMessage("must be 0 for tenant_default.");
    }
}

internal sealed class ListNotificationPrefsHandler(TenantDb db, Scopes scopes)
    : IRequestHandler<ListNotificationPrefs, Result<Page<NotificationPref>>>
{
    public async Task<Result<Page<NotificationPref>>> Handle(ListNotificationPrefs request, CancellationToken cancellationToken)
    {
        _ = WireName<PrefScope>.TryParse(request.Scope!, out var scope);
        var scopeId = request.ScopeId!.Value;
        if (await scopes.WhyNotAsync(scope, scopeId, cancellationToken) is { } whyNot)
            return whyNot;
        var preferences = await Preferences.ReadAsync(db, scope, scopeId, cancellationToken);
        var rows = EventKeys.All.SelectMany(key => Enum.GetValues<Channel>().Select(channel => preferences.Of(scope, scopeId, key, channel)));
        var page = Paging.Of(rows.Index().ToList(), $"notification prefs {db.TenantId} {scope} {scopeId}", request.Cursor, request.Limit,
            row => [row.Index.ToString()], (row, after) => row.Index.CompareTo(int.Parse(after[0])));
        return page.TryGet(out var found)
            ? new Page<NotificationPref>(found.Items.Select(row => row.Item).ToList(), found.NextCursor, found.TotalCount)
            : page.Error!;
    }
}

internal sealed class ListNotificationPrefsEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapGet("/api/v1/helpdesk/notification-prefs", Slice.Listed<ListNotificationPrefs, NotificationPref>())
        .WithSummary("List notification preferences").WithTags("Notification preferences");
}
