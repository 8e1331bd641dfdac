-- Tickets of blocked senders are kept, closed from the start, and can be told apart from those that the team closed.

alter table tickets.ticket add column is_blocked boolean not null default false;
