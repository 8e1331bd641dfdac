-- How many calls of a key were handed out to processes in one window of time. Counts are not worth a log: after a crash of the database
-- they start over. The numbers of a window are its length in seconds and how many such lengths have passed since 1970.
create unlogged table kernel.rate_window (
    tenant_id bigint not null,
    key_id bigint not null,
    seconds int not null,
    number bigint not null,
    used int not null,
    granted int not null,
    primary key (tenant_id, key_id, seconds, number)
) with (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

select kernel.isolate('kernel.rate_window');

-- What one process may have of the calls that are free: never more than an eighth, so that the others find some, and at least one.
create function kernel.share_of_calls(wanted int, free int) returns int language sql immutable as $$
    select greatest(0, least(wanted, greatest(1, free / 8), free))
$$;

-- Hands out calls of a window; answers how many are used in all and how many of them are the caller's now.
create function kernel.lease_calls(tenant bigint, key bigint, window_seconds int, window_number bigint, most int, wanted int)
returns table (used int, granted int) language plpgsql as $$
begin
    return query
        insert into kernel.rate_window as w (tenant_id, key_id, seconds, number, used, granted)
        values (tenant, key, window_seconds, window_number, kernel.share_of_calls(wanted, most), kernel.share_of_calls(wanted, most))
        on conflict on constraint rate_window_pkey do update
            set used = w.used + kernel.share_of_calls(wanted, most - w.used), granted = kernel.share_of_calls(wanted, most - w.used)
        returning w.used, w.granted;
end $$;

select kernel.open_to_definer('kernel.rate_window');

grant delete on kernel.rate_window to helpdesk_definer;

-- Forgets windows that ended at least their own length before the given second.
create function kernel.forget_rate_windows(second bigint) returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (delete from kernel.rate_window where (number + 2) * seconds <= second returning 1)
    select count(*) from gone
$$;

select kernel.give_to_definer('kernel.forget_rate_windows(bigint)');
