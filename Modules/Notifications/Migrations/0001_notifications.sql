-- Who wants to be told of what, and who is told: one row for each event, recipient and channel, so that an event that is read again
-- tells nobody twice.

create schema notifications;

select kernel.open_schema('notifications');

-- scope: 0 the tenant's default (scope_id 0), 1 an agent, 2 a requester. channel: 0 email, 1 in_app.
create table notifications.pref (
    tenant_id bigint not null,
    scope smallint not null,
    scope_id bigint not null,
    event_key text not null,
    channel smallint not null,
    enabled boolean not null,
    updated_at timestamptz not null,
    primary key (tenant_id, scope, scope_id, event_key, channel)
);

select kernel.isolate('notifications.pref');

-- recipient_kind as in scope. Newest last for each recipient, as a list of them will want it.
create table notifications.in_app (
    tenant_id bigint not null,
    recipient_kind smallint not null,
    recipient_id bigint not null,
    event_id bigint not null,
    event_key text not null,
    ticket_id bigint not null,
    message_id bigint,
    status text,
    created_at timestamptz not null,
    primary key (tenant_id, recipient_kind, recipient_id, event_id)
);

select kernel.isolate('notifications.in_app');

create index in_app_created_at on notifications.in_app using brin (created_at) with (pages_per_range = 16, autosummarize = on);

-- due_at is when the next try is due, or until when a sender holds the row; null when it was sent or given up.
create table notifications.mail (
    tenant_id bigint not null,
    event_id bigint not null,
    recipient_kind smallint not null,
    recipient_id bigint not null,
    event_key text not null,
    ticket_id bigint not null,
    message_id bigint,
    status text,
    created_at timestamptz not null,
    due_at timestamptz,
    attempts int not null default 0,
    last_error text,
    sent_at timestamptz,
    given_up_at timestamptz,
    primary key (tenant_id, event_id, recipient_kind, recipient_id)
) with (fillfactor = 70);

select kernel.isolate('notifications.mail');

create index mail_due on notifications.mail (tenant_id, due_at) where due_at is not null;

create index mail_created_at on notifications.mail using brin (created_at) with (pages_per_range = 16, autosummarize = on);

select kernel.open_to_definer('notifications.mail'), kernel.open_to_definer('notifications.in_app');

grant delete on notifications.mail, notifications.in_app to helpdesk_definer;

-- Tenants with mail that is due. Steps from tenant to tenant along the index, so that one with a long queue costs no more than another;
-- in no order, so that none keeps the others out.
create function notifications.tenants_with_due_mail(now timestamptz, most int) returns setof bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with recursive tenant as (
        (select m.tenant_id as id from notifications.mail m where m.due_at is not null order by m.tenant_id limit 1)
        union all
        select (
            select m.tenant_id from notifications.mail m where m.tenant_id > tenant.id and m.due_at is not null order by m.tenant_id limit 1)
        from tenant where tenant.id is not null)
    select tenant.id from tenant
    where tenant.id is not null and exists (
        select from notifications.mail m where m.tenant_id = tenant.id and m.due_at <= tenants_with_due_mail.now)
    order by random() limit most
$$;

select kernel.give_to_definer('notifications.tenants_with_due_mail(timestamptz, int)');

-- Mail that was neither sent nor given up, counted up to a bound, and the age in seconds of the oldest among it (0 when there is none).
create function notifications.mail_backlog(most int) returns table (depth bigint, age double precision)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select count(*), coalesce(extract(epoch from clock_timestamp() - min(waiting.created_at))::double precision, 0)
    from (select m.created_at from notifications.mail m where m.due_at is not null limit most) waiting
$$;

select kernel.give_to_definer('notifications.mail_backlog(int)');

-- Forgets what is older than people look back: mail that was sent, and then all that is done with.
create function notifications.forget(sent_before timestamptz, all_before timestamptz) returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with mail as (
        delete from notifications.mail m
        where m.due_at is null and (m.created_at < all_before or (m.sent_at is not null and m.created_at < sent_before))
            and m.created_at < greatest(sent_before, all_before)
        returning 1),
    in_app as (
        delete from notifications.in_app i where i.created_at < all_before returning 1)
    select (select count(*) from mail) + (select count(*) from in_app)
$$;

select kernel.give_to_definer('notifications.forget(timestamptz, timestamptz)');

-- What happened before there were notifications is told to nobody.
do $$
declare
    tenant record;
    streams bigint[][];
begin
    perform set_config('role', 'helpdesk_definer', true);
    streams := array(select array[s.tenant_id, s.last_seq] from log.stream s);
    perform set_config('role', 'none', true);
    for tenant in select streams[i][1] as id, streams[i][2] as last_seq from generate_subscripts(streams, 1) i loop
        perform kernel.use_tenant(tenant.id);
        insert into log.consumer (tenant_id, name, last_seq, leased_until)
        values (tenant.id, 'notifications', tenant.last_seq, 'epoch') on conflict do nothing;
    end loop;
    perform set_config('app.tenant_id', '', true);
end $$;
