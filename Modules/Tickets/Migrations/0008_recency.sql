-- When each ticket changed last, in that order. A table of its own: an index on the time in the ticket's row made every reply write all
-- indexes of that row; without it a reply changes no column of any index, and PostgreSQL leaves them alone.
create table tickets.recency (
    tenant_id bigint not null,
    is_test boolean not null,
    updated_at timestamptz not null,
    ticket_id bigint not null,
    primary key (tenant_id, is_test, updated_at, ticket_id)
);

select kernel.isolate('tickets.recency');

select kernel.for_each_tenant('tickets.ticket', $$
    insert into tickets.recency (tenant_id, is_test, updated_at, ticket_id)
    select t.tenant_id, t.is_test, t.updated_at, t.id from tickets.ticket t where t.tenant_id = $1 order by 2, 3, 4
$$);

drop index tickets.ticket_updated;
