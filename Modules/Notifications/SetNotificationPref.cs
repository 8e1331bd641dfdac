namespace Helpdesk.Notifications;

/// <summary>Sets whether an agent, a requester or, by default, everybody of the tenant is told of something in one way.</summary>
/// <param name="Scope">Whose preference.</param>
/// <param name="ScopeId">The id of the agent or requester; 0 for the tenant's default.</param>
/// <param name="EventKey">What it is about.</param>
/// <param name="Channel">How they are told.</param>
/// <param name="Enabled">Whether they are told.</param>
[Requires(Permission.NotificationsManage)]
[Refuses(ErrorKind.NotFound, "agent_not_found")]
[Refuses(ErrorKind.NotFound, "requester_not_found")]
[Refuses(ErrorKind.Invalid, "validation_failed")]
[Example("""
    {"scope": "tenant_default", "scope_id": 0, "event_key": "ticket.status_changed", "channel": "email", "enabled": false}
    """)]
public sealed record SetNotificationPref(
    PrefScope? Scope, long? ScopeId,
    [Choices(
        EventKeys.Created, EventKeys.Assigned, EventKeys.RequesterReplied, EventKeys.AgentReplied, EventKeys.StatusChanged,
        EventKeys.Resolved, EventKeys.Closed, EventKeys.SlaWarning, EventKeys.SlaBreached)] string? EventKey,
    Channel? Channel, bool? Enabled) : ICommand<NotificationPref>;

/// <summary>A notification preference was set.</summary>
/// <param name="Pref">As it is from now on.</param>
/// <param name="Before">What was set before; null when nothing was.</param>
public sealed record NotificationPrefUpdated(NotificationPref Pref, bool? Before)
    : DomainEvent("notification_pref.updated", "notification_pref", Pref.ScopeId)
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Change> Changes => Change.Between(("enabled", Before, Pref.Enabled));

    /// <inheritdoc/>
    public override object Payload => new { Pref.Scope, Pref.ScopeId, Pref.EventKey, Pref.Channel };
}

internal sealed class SetNotificationPrefValidator : AbstractValidator<SetNotificationPref>
{
    public SetNotificationPrefValidator()
    {
        RuleFor(x => x.Scope).NotNull();
        RuleFor(x => x.ScopeId).NotNull();
        RuleFor(x => x.ScopeId).Equal(0).When(x => x is { ScopeId: not null, Scope: PrefScope.TenantDefault })
            .WithMessage("must be 0 for tenant_default.");
        RuleFor(x => x.EventKey).NotEmpty();
        RuleFor(x => x.EventKey).Must(key => EventKeys.All.Contains(key)).When(x => !string.IsNullOrEmpty(x.EventKey))
            .WithMessage($"must be one of {string.Join(", ", EventKeys.All)}.");
        RuleFor(x => x.Channel).NotNull();
        RuleFor(x => x.Enabled).NotNull();
    }
}

internal sealed class SetNotificationPrefHandler(TenantDb db, EventLog log, Scopes scopes, TimeProvider clock)
    : IRequestHandler<SetNotificationPref, Result<NotificationPref>>
{
    // A row that another caller added meanwhile violates the key, and the slice decides again on what is there then.
    private const string InsertSql = """
        insert into notifications.pref (tenant_id, scope, scope_id, event_key, channel, enabled, updated_at)
        values (@TenantId, @Scope, @ScopeId, @EventKey, @Channel, @Enabled, @Now)
        """;

    private const string UpdateSql = """
        with changed as (
            update notifications.pref set enabled = @Enabled, updated_at = @Now
            where tenant_id = @TenantId and scope = @Scope and scope_id = @ScopeId and event_key = @EventKey and channel = @Channel
                and enabled <> @Enabled
            returning 1)
        select kernel.expect_one(count(*)) from changed
        """;

    public async Task<Result<NotificationPref>> Handle(SetNotificationPref request, CancellationToken cancellationToken)
    {
        var wanted = new NotificationPref(
            request.Scope!.Value, request.ScopeId!.Value, request.EventKey!, request.Channel!.Value, request.Enabled!.Value, Inherited: false);
        if (await scopes.WhyNotAsync(wanted.Scope, wanted.ScopeId, cancellationToken) is { } whyNot)
            return whyNot;
        var before = (await Preferences.ReadAsync(db, wanted.Scope, wanted.ScopeId, cancellationToken))
            .Own(wanted.Scope, wanted.ScopeId, wanted.EventKey, wanted.Channel);
        if (before == wanted.Enabled)
            return wanted;
        db.Enqueue(before is null ? InsertSql : UpdateSql, new
        {
            db.TenantId,
            Scope = (short)wanted.Scope,
            wanted.ScopeId,
            wanted.EventKey,
            Channel = (short)wanted.Channel,
            wanted.Enabled,
            Now = clock.GetUtcNow().UtcDateTime,
        });
        log.Append(new NotificationPrefUpdated(wanted, before));
        return wanted;
    }
}

internal sealed class SetNotificationPrefEndpoint : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app) => app
        .MapPost("/api/v1/helpdesk/notification-prefs", Slice.Done<SetNotificationPref, NotificationPref>())
        .WithSummary("Set a notification preference").WithTags("Notification preferences");
}
