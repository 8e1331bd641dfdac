-- Two tenants at work under the schema of the first release: some rows in every table that it has. Written for that schema and never
-- changed with a later one. {Base} is an id of now; each tenant's ids follow it.
do $$
declare
    base bigint := {Base};
    t bigint; -- the tenant
    i bigint; -- where its ids start
    token text;
begin
    for n in 1..2 loop
        t := base + n;
        i := base + n * 100000;
        token := 'mc_live_' || repeat(chr(64 + n), 42) || 'A';

        insert into access.tenant (tenant_id, slug, name, plan, created_at) values (t, 'old' || n, 'Old ' || n, 'pro', now() - interval '1 year');
        insert into access.api_key (tenant_id, id, label, environment, dialect, prefix, hash, scopes, owner_name, owner_email, created_at) values
            (t, i + 1, 'shop', 'live', 'mobieus', left(token, 12), sha256(convert_to(token, 'UTF8')),
                array['helpdesk:read', 'helpdesk:write', 'helpdesk:admin'], 'Olga', 'olga@old.example', now()),
            (t, i + 2, 'trial', 'test', 'mobieus', 'mc_test_' || repeat(chr(64 + n), 4),
                sha256(convert_to(replace(token, 'live', 'test'), 'UTF8')), array['helpdesk:read'], 'Olga', 'olga@old.example', now());

        insert into desk.setting (tenant_id, id) values (t, 1);
        insert into desk.status (tenant_id, id, key, label, category, is_default, sort_order)
            select t, i + 10 + s.at, s.key, initcap(s.key), s.at - 1, true, s.at * 10
            from unnest(array['new', 'open', 'pending', 'on_hold', 'resolved', 'closed', 'merged']) with ordinality s(key, at);
        insert into desk.queue (tenant_id, id, slug, name, is_default, assignment_policy, sort_order, created_at, updated_at) values
            (t, i + 20, 'support', 'Support', true, 'manual', 10, now(), now()),
            (t, i + 21, 'billing', 'Billing', false, 'round_robin', 20, now(), now());
        insert into desk.agent (tenant_id, id, user_id, name, email, role, created_at) values
            (t, i + 22, i + 22, 'Ada', 'ada@old.example', 'lead', now()), (t, i + 23, i + 23, 'Ben', 'ben@old.example', 'agent', now());
        insert into desk.queue_agent (tenant_id, queue_id, agent_id) values (t, i + 20, i + 22), (t, i + 21, i + 22), (t, i + 21, i + 23);
        insert into desk.help_topic (tenant_id, id, slug, name, queue_id, default_priority, custom_fields, created_at, updated_at) values
            (t, i + 24, 'refund', 'Refund', i + 21, 2,
                '[{"key": "order", "label": "Order", "type": "text", "required": true}]', now(), now());
        insert into tags.tag (tenant_id, id, slug, name, color, created_at, updated_at) values
            (t, i + 30, 'refund', 'Refund', '#dc2626', now(), now()), (t, i + 31, 'vip', 'VIP', '#7c3aed', now(), now());
        insert into canned.response (tenant_id, id, slug, title, body_md, sort_order, created_at, updated_at) values
            (t, i + 32, 'hello', 'Hello', 'Hello {{requester.first_name}}', 20, now(), now()),
            (t, i + 33, 'bye', 'Bye', 'Good bye', 10, now(), now());

        insert into tickets.requester (tenant_id, id, name, email, created_at) values (t, i + 40, 'Maria', 'maria@old.example', now());
        -- 1 is new and has nobody, 2 is open with both tags, 3 is closed, 4 belongs to the test environment and has a tag.
        insert into tickets.ticket (tenant_id, id, number, is_test, subject, status_id, priority, source, queue_id, help_topic_id, requester_id,
            assignee_id, tag_ids, custom_fields, message_count, public_message_count, first_responded_at, resolved_at, closed_at,
            last_requester_reply_at, last_agent_reply_at, version, created_at, updated_at) values
            (t, i + 51, 1, false, 'Lamp is dark of old' || n, i + 11, 3, 0, i + 20, null, i + 40,
                null, '{}', '{}', 1, 1, null, null, null, now(), null, 1, now(), now()),
            (t, i + 52, 2, false, 'Money back for old' || n, i + 12, 2, 2, i + 21, i + 24, i + 40,
                i + 22, array[i + 30, i + 31], '{"order": "4711"}', 2, 2, now(), null, null, now(), now(), 4, now(), now()),
            (t, i + 53, 3, false, 'All done for old' || n, i + 16, 4, 1, i + 20, null, i + 40,
                i + 23, array[i + 30], '{}', 1, 1, null, now(), now(), now(), null, 2, now(), now()),
            (t, i + 54, 4, true, 'A trial of old' || n, i + 11, 3, 0, i + 20, null, i + 40,
                null, array[i + 31], '{}', 1, 1, null, null, null, now(), null, 1, now(), now());
        insert into tickets.ticket_tag (tenant_id, tag_id, ticket_id) values
            (t, i + 30, i + 52), (t, i + 31, i + 52), (t, i + 30, i + 53), (t, i + 31, i + 54);
        insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_id, author_name, body_md, is_internal, words, created_at)
            select t, i + 60 + m.at, i + m.ticket, 0, m.author, case m.author when 0 then i + 22 else i + 40 end, 'Somebody', m.body, false,
                setweight(to_tsvector('simple', m.subject), 'A') || to_tsvector('simple', m.body), now()
            from (values
                (1, 51, 1, 'lamp is dark', 'the switch clicks and nothing happens'), (2, 52, 1, 'money back', 'please refund order 4711'),
                (3, 52, 0, '', 'on its way'), (4, 53, 1, 'all done', 'thank you'), (5, 54, 1, 'a trial', 'only trying')) m(at, ticket, author, subject, body);
        insert into tickets.message (tenant_id, id, ticket_id, kind, author_kind, author_name, body_md, is_internal, event, created_at) values
            (t, i + 66, i + 52, 2, 2, 'system', '', false, ('{"type":"assigned","from":null,"to":' || (i + 22) || '}')::json, now());
        insert into tickets.tally (tenant_id, is_test, kind, owner_id, status_id, slot, count) values
            (t, false, 'q', i + 20, i + 11, 0, 1), (t, false, 'a', 0, i + 11, 0, 1),
            (t, false, 'q', i + 21, i + 12, 1, 2), (t, false, 'q', i + 21, i + 12, 2, -1), (t, false, 'a', i + 22, i + 12, 1, 1),
            (t, false, 'q', i + 20, i + 16, 3, 1), (t, false, 'a', i + 23, i + 16, 3, 1),
            (t, true, 'q', i + 20, i + 11, 0, 1), (t, true, 'a', 0, i + 11, 0, 1);
        insert into tickets.turn (tenant_id, queue_id, agent_id) values (t, i + 21, i + 22);

        insert into kernel.counter (tenant_id, name, value) values (t, 'ticket', 4);
        insert into kernel.idempotency (tenant_id, caller_id, identity, fingerprint, status, reply, created_at) values
            (t, i + 1, gen_random_uuid(), gen_random_uuid(), 201, '{}', now());
        insert into kernel.probe (tenant_id, id) values (t, 1);
        -- Three events are numbered and read by nobody, the last one waits.
        insert into log.event (tenant_id, id, event_key, actor_kind, actor_id, actor_label, is_test, subject_type, subject_id, ticket_id, at)
            select t, i + 70 + e, 'ticket.created', 3, i + 1, 'shop', e = 4, 'ticket', i + 50 + e, i + 50 + e, now() from generate_series(1, 4) e;
        insert into log.feed (tenant_id, id, event_id, at) select t, e, i + 70 + e, now() from generate_series(1, 3) e;
        insert into log.stream (tenant_id, id, last_seq) values (t, 1, 3);
        insert into log.consumer (tenant_id, name, last_seq, leased_until) values (t, 'former', 2, now());
        insert into log.outbox (tenant_id, event_id, at) values (t, i + 74, now());
    end loop;
    insert into kernel.node (number, owner, expires_at, clock_ms) values (5, gen_random_uuid(), now() - interval '1 day', 0);
end $$
