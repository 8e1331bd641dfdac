create schema canned;

select kernel.open_schema('canned');

create table canned.response (
    tenant_id bigint not null,
    id bigint not null,
    slug text not null,
    title text not null,
    body_md text not null,
    queue_id bigint,
    is_active boolean not null default true,
    sort_order int not null default 100,
    use_count bigint not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    constraint response_slug_key unique (tenant_id, slug)
);

select kernel.isolate('canned.response');
