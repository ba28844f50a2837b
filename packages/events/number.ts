export const batchMax = 500;

/**
 * One sequencer, after the commit, so a writer waits for no counter and a late commit is not skipped:
 * whatever has a number is seen by all. Two statements in one message are one transaction, and the
 * second sees what was committed while the first waited for the lock.
 */
export const numberSql = `
select from events.relay for update;
with batch as ( -- by arrays: joined to so few rows, the planner may prefer to read the whole outbox
  update events.outbox set position = last + array_position(waiting, seq)
  from events.relay, (
    select array(
      select seq from events.outbox where position is null order by seq limit ${batchMax}
    ) as waiting
  ) as w
  where seq = any (waiting)
  returning seq, streams, position
), moved as (
  update events.relay set last = (select max(position) from batch) where exists (select from batch)
), place as (
  select stream, seq, row_number() over (partition by stream order by seq) as nth
  from batch, unnest(streams) as stream
), counted as (
  insert into events.stream as s (name, last)
  select stream, max(nth) from place group by stream
  on conflict (name) do update set last = s.last + excluded.last
  returning name, last, coalesce(old.last, 0) as before
), kept as (
  insert into events.stream_event (stream, number, seq)
  select stream, before + nth, seq from place join counted on name = stream
), chunk as ( -- a NOTIFY carries 8,000 bytes at most
  select string_agg(name, ' ') as streams
  from (select name, row_number() over () / 95 as nth from counted) as c group by nth
)
select count(pg_notify('stream', streams)) as rung, (select count(*) from batch) as count from chunk`;
