-- outside a transaction

-- Templates are large and stay in the database, so the list reads its order here.
create index concurrently if not exists response_order on canned.response (tenant_id, sort_order, id);
