import { playForBoth } from './play.ts';

/** Every case goes on from here: `web` holds 5. */
const BEFORE = `
  pool public 1-9 created=5
  web ip=5 -> 5
then`;

playForBoth(
  'a holder keeps an address that its pool no longer offers, when the pool',
  `
shrinks${BEFORE}
  pool public 1-4 created=5
  web is 5 Retained
  pool public retains 5:web
lists other addresses${BEFORE}
  pool public 6-9 created=5
  web is 5 Retained
  pool public retains 5:web
reserves its address${BEFORE}
  pool public 1-9 created=5 reserved=5
  web is 5 Retained
  pool public retains 5:web
selects other namespaces${BEFORE}
  pool public 1-9 created=5 ns=shop
  web is 5 Retained
  pool public retains 5:web
selects other labels${BEFORE}
  pool public 1-9 created=5 labels=app:dns
  web is 5 Retained
  pool public retains 5:web
can no longer be read${BEFORE}
  pool public x created=5
  web is 5 Retained
  pool public retains 5:web
overlaps itself${BEFORE}
  pool public 1-9 1 created=5
  web is 5 Retained
  pool public retains 5:web
overlaps an older one elsewhere${BEFORE}
  pool old 8-9 created=1
  pool public 1-9 created=5
  web is 5 Retained
  pool public retains 5:web
is being deleted${BEFORE}
  pool public 1-9 created=5 deleting
  web is 5 Retained
  pool public is Deleting
  pool public retains 5:web
is gone without a trace${BEFORE}
  no pool public
  pool other 1-4
  web is 5 Retained
  pool other retains -
is gone, the last of all${BEFORE}
  no pool public
  web is 5 Retained
turns out to list the address of a node${BEFORE}
  never 5
  web is 5 Retained
  pool public retains 5:web
`,
);

playForBoth(
  'a holder notices nothing when its pool',
  `
has autoAssign turned off${BEFORE}
  pool public 1-9 noauto
  web is 5
  pool public retains -
is disabled${BEFORE}
  pool public 1-9 disabled
  web is 5
takes another priority${BEFORE}
  pool public 1-9 priority=7
  web is 5
lists its addresses in other pieces and another order${BEFORE}
  pool public 6-9 3-5 1-2
  web is 5
reserves other addresses${BEFORE}
  pool public 1-9 reserved=6-9
  web is 5
grows${BEFORE}
  pool public 0-9
  web is 5
says sharing: Cluster${BEFORE}
  pool public 1-9 cluster
  web is 5
says Evict${BEFORE}
  pool public 1-9 evict
  web is 5
has another name${BEFORE}
  no pool public
  pool renamed 1-9
  web is 5
  pool renamed has 8
is being deleted, and another has its addresses${BEFORE}
  pool public 1-9 deleting
  pool renamed 1-9
  web is 5
  pool public retains -
  pool renamed has 8
passes its address on to an older one${BEFORE}
  pool old 5-9 created=1
  web is 5
  pool public is OverlapsPool
  pool old has 4
is split in two${BEFORE}
  pool public 1-4
  pool second 5-9
  web is 5
  pool second has 4
`,
);

playForBoth(
  'a retained address',
  `
is given to nobody else
  pool public 5
  web -> 5
then
  pool public 5 reserved=5
  web is 5 Retained
  next -> PoolExhausted
is given to nobody who asks for it${BEFORE}
  pool public 1-4 created=5
  web is 5 Retained
  next ip=5 -> AddressNotInAnyPool
is plain again when the pool is as before${BEFORE}
  pool public 1-4 created=5
  web is 5 Retained
then
  pool public 1-9 created=5
  web is 5
  pool public retains -
is nobody’s when it is given back
  pool public 5-6
  web -> 5
then
  pool public 5-6 reserved=5
  web is 5 Retained
then
  no web
  next -> 6
  pool public retains -
is free when it is given back and offered again
  pool public 5
  web -> 5
then
  pool public 5 reserved=5
  web is 5 Retained
then
  no web
  next -> PoolExhausted
then
  pool public 5
  next is 5
counts neither in the total nor as free
  pool public 1-9
  web ip=5 -> 5
then
  pool public 1-9 reserved=5
  web is 5 Retained
  pool public has 8
is left for another that the Service asks for
  pool public 1-9
  web -> 1
then
  pool public 2-9
  web is 1 Retained
then
  web ip=5 -> 5
  pool public retains -
is kept while what the Service asks for cannot be given
  pool public 1-9
  web -> 1
then
  pool public 2-4
  web ip=9 -> 1 KeptWhileRequestPending
  pool public retains 1:web
stays with a Service that names the renamed pool, and asks in vain
  pool public 1-9
  web pool=public -> 1
then
  no pool public
  pool renamed 1-9
  web is 1 KeptWhileRequestPending
then
  web -> 1
stays with a Service that names the pool from which its range has moved away
  pool p o.1-9 1-4
  web pool=p -> 1
then
  pool p o.1-9
  pool q 1-4
  web is 1 Retained
  pool p retains 1:web
  pool q retains -
  pool q has 3
holds up a pool that is being deleted while its holder waits for another pool
  pool public 1-9
  pool full 0 reserved=0
  web pool=public -> 1
then
  pool public 1-9 deleting
  web pool=full -> 1 KeptWhileRequestPending
  pool public retains 1:web
`,
);
