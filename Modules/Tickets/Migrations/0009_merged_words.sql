-- New words wait in a list beside the index and are merged into it many at a time. The server does that every other second (WordMerger). The
-- list was kept short until now, so that no request had a long one to merge: yet merging a few at a time was most of what a message cost. Its
-- new limit, in kilobytes, is there for the time that nobody merges, as while servers of the former release still run: the request that goes past
-- it merges all of it.

alter index if exists tickets.message_words set (gin_pending_list_limit = 16384);

alter index if exists tickets.message_subject set (gin_pending_list_limit = 16384);

-- Indexes that a bulk import was killed over are made anew from these words.
update kernel.shelved_index set definition = replace(definition, 'gin_pending_list_limit=''256''', 'gin_pending_list_limit=''16384''');

-- Only who owns an index may do this. An index that is being made anew has nothing to merge.
create function tickets.merge_words() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select gin_clean_pending_list(to_regclass('tickets.message_words')), gin_clean_pending_list(to_regclass('tickets.message_subject'))
$$;

revoke all on function tickets.merge_words() from public;

grant execute on function tickets.merge_words() to helpdesk_app;
