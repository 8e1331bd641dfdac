create schema tags;

select kernel.open_schema('tags');

create table tags.tag (
    tenant_id bigint not null,
    id bigint not null,
    slug text not null,
    name text not null,
    color text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    constraint tag_slug_key unique (tenant_id, slug)
);

select kernel.isolate('tags.tag');
