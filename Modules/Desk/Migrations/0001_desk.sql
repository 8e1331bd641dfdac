-- How a tenant's desk is set up. Small tables, read through the catalog in memory.

create schema desk;

select kernel.open_schema('desk');

create table desk.setting (
    tenant_id bigint not null,
    id bigint not null default 1,
    reopen_window_days int not null default 7,
    primary key (tenant_id, id)
);

select kernel.isolate('desk.setting');

-- Statuses have one of seven fixed categories; rules look at the category, people at the label.
create table desk.status (
    tenant_id bigint not null,
    id bigint not null,
    key text not null,
    label text not null,
    category smallint not null,
    is_default boolean not null,
    sort_order int not null,
    primary key (tenant_id, id),
    constraint status_key_key unique (tenant_id, key)
);

select kernel.isolate('desk.status');

create table desk.queue (
    tenant_id bigint not null,
    id bigint not null,
    slug text not null,
    name text not null,
    description text not null default '',
    is_default boolean not null default false,
    is_active boolean not null default true,
    assignment_policy text not null default 'manual' check (assignment_policy in ('round_robin', 'fewest_open', 'manual')),
    sort_order int not null default 100,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    constraint queue_slug_key unique (tenant_id, slug)
);

select kernel.isolate('desk.queue');

create table desk.agent (
    tenant_id bigint not null,
    id bigint not null,
    user_id bigint not null,
    name text not null,
    email text not null,
    role text not null check (role in ('agent', 'lead')),
    is_active boolean not null default true,
    external_id text,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    constraint agent_email_key unique (tenant_id, email)
);

select kernel.isolate('desk.agent');

create table desk.queue_agent (
    tenant_id bigint not null,
    queue_id bigint not null,
    agent_id bigint not null,
    primary key (tenant_id, queue_id, agent_id),
    foreign key (tenant_id, queue_id) references desk.queue (tenant_id, id) on delete cascade,
    foreign key (tenant_id, agent_id) references desk.agent (tenant_id, id) on delete cascade
);

select kernel.isolate('desk.queue_agent');

create table desk.help_topic (
    tenant_id bigint not null,
    id bigint not null,
    slug text not null,
    name text not null,
    queue_id bigint,
    default_priority smallint,
    is_active boolean not null default true,
    sort_order int not null default 100,
    custom_fields jsonb not null default '[]',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    constraint help_topic_slug_key unique (tenant_id, slug),
    foreign key (tenant_id, queue_id) references desk.queue (tenant_id, id)
);

select kernel.isolate('desk.help_topic');
