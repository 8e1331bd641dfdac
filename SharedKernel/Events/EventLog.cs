using System.Text.Json;
using Helpdesk.SharedKernel.Data;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Tenancy;

namespace Helpdesk.SharedKernel.Events;

/// <summary>The spine: every change leaves one row here, in its own transaction. What is not here did not happen.</summary>
public sealed class EventLog(TenantDb db, RequestContext context, Ids ids, SealerSignal sealer)
{
    private const string AppendSql = """
        with event as (
            insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, ip, is_test,
                subject_type, subject_id, ticket_id, changes, payload, at)
            values (@TenantId, @Id, @Key, @ActorKind, @ActorId, @ActorLabel, @Ip, @IsTest,
                @SubjectType, @SubjectId, @TicketId, @Changes::jsonb, @Payload::jsonb, @At)
            returning tenant_id, id, at)
        insert into log.outbox as o (tenant_id, event_id, at)
        select event.tenant_id, event.id, event.at from event
        returning o.event_id
        """;

    /// <summary>Adds the event to the transaction of the request; answers its id.</summary>
    public long Append(DomainEvent happened)
    {
        var caller = context.Caller;
        var id = ids.Next();
        db.Enqueue(AppendSql, new
        {
            db.TenantId,
            Id = id,
            happened.Key,
            ActorKind = (short)caller.Kind,
            ActorId = caller.Id,
            ActorLabel = caller.Label,
            Ip = context.Address,
            caller.IsTest,
            happened.SubjectType,
            happened.SubjectId,
            happened.TicketId,
            Changes = happened.Changes.Count == 0 ? null : JsonSerializer.Serialize(happened.Changes, WireJson.Options),
            Payload = happened.Payload is { } payload ? JsonSerializer.Serialize(payload, payload.GetType(), WireJson.Options) : null,
            // The id carries the time, and lists that ask for a time read the index of ids: both must say the same.
            At = Ids.TimeOf(id).UtcDateTime,
        });
        var tenantId = db.TenantId;
        db.AfterCommit(() => sealer.Wake(tenantId));
        return id;
    }
}
