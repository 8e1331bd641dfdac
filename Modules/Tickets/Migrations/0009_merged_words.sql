-- New words wait in a list beside the index and are merged into it many at a time. The server does that once a second (WordMerger). The list
-- was kept short until now, so that no request had a long one to merge: yet merging was most of what a message cost. It may grow to what
-- PostgreSQL allows by itself; past that, the request that fills it merges it as before.

alter index tickets.message_words reset (gin_pending_list_limit);

alter index tickets.message_subject reset (gin_pending_list_limit);

-- Only who owns an index may do this. An index that is being made anew has nothing to merge.
create function tickets.merge_words() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select gin_clean_pending_list(to_regclass('tickets.message_words')), gin_clean_pending_list(to_regclass('tickets.message_subject'))
$$;

revoke all on function tickets.merge_words() from public;

grant execute on function tickets.merge_words() to helpdesk_app;
