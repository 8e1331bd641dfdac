-- What other APIs show of a desk beside the native one, and whose tickets nobody wants.

alter table desk.queue add column is_public boolean not null default true;

alter table desk.help_topic
    add column is_internal boolean not null default false,
    add column is_default boolean not null default false;

alter table desk.setting add column blocked_senders text[] not null default '{}';
