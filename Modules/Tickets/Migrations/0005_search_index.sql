-- outside a transaction

-- The pending list of new entries is kept short: merging a long one would hold up the request that happens to fill it.
create index concurrently if not exists message_words on tickets.message using gin (words) with (gin_pending_list_limit = 256);
