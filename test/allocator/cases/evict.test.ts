import { playForBoth, playOnce } from './play.ts';

/** Every case goes on from here: `web` holds 5. */
const BEFORE = `
  pool public 5-9 created=5
  web -> 5
then`;

playForBoth(
  'a holder moves at once when a pool that evicts',
  `
shrinks${BEFORE}
  pool public 7-9 evict
  web is 7
  pool public retains -
reserves its address${BEFORE}
  pool public 5-9 reserved=5 evict
  web is 6
selects other namespaces${BEFORE}
  pool public 5-9 ns=shop evict
  pool a 1
  web is 1
selects other labels${BEFORE}
  pool public 5-9 labels=app:dns evict
  pool a 1
  web is 1
is being deleted${BEFORE}
  pool public 5-9 deleting evict
  pool a 1
  web is 1
  pool public retains -
is being deleted already, and is told to evict only then${BEFORE}
  pool public 5-9 deleting
  pool a 1
  web is 5 Retained
then
  pool public 5-9 deleting evict
  web is 1
reserves all that it has${BEFORE}
  pool public 5-9 reserved=5-9 evict
  web is PoolExhausted
is being deleted, the last of all${BEFORE}
  pool public 5-9 deleting evict
  web is NoPools
loses the family${BEFORE}
  pool public o.5-9 evict
  web is FamilyMismatch
comes after others in the order of pools${BEFORE}
  pool a 1
  pool public 5-9 reserved=5 evict
  web is 1
no longer lists the address that it asks for
  pool public 5-9
  web ip=5 -> 5
then
  pool public 7-9 evict
  web is AddressNotInAnyPool
reserves the address that it asks for
  pool public 5-9
  web ip=5 -> 5
then
  pool public 5-9 reserved=5 evict
  web is AddressReserved
is being deleted, while its request cannot be understood${BEFORE}
  pool public 5-9 deleting evict
  web ip=x -> InvalidRequest
  pool public retains -
is being deleted, while it waits for another pool${BEFORE}
  pool full 0 reserved=0
  web pool=full -> 5 KeptWhileRequestPending
then
  pool public 5-9 deleting evict
  web is PoolExhausted
is being deleted, while it waits for another address${BEFORE}
  web ip=0 -> 5 KeptWhileRequestPending
then
  pool public 5-9 deleting evict
  pool a 1
  web is AddressNotInAnyPool
is being deleted, while it waits for the other family${BEFORE}
  web families=o -> 5 KeptWhileRequestPending
then
  pool public 5-9 deleting evict
  pool a 1
  web is FamilyMismatch
reserves its address, while its request cannot be understood${BEFORE}
  pool public 5-9 reserved=5 evict
  web ip=x -> InvalidRequest
  next ip=5 -> AddressReserved
has retained it before
  pool public 5-9
  web -> 5
then
  pool public 7-9
  web is 5 Retained
then
  pool public 7-9 evict
  web is 7
`,
);

playForBoth(
  'a holder stays where a pool that evicts',
  `
still offers its address${BEFORE}
  pool public 5-9 evict
  web is 5
is disabled${BEFORE}
  pool public 5-9 disabled evict
  pool a 1
  web is 5
has autoAssign turned off${BEFORE}
  pool public 5-9 noauto evict
  pool a 1
  web is 5
cannot be read${BEFORE}
  pool public 5-9 x evict
  pool a 1
  web is 5 Retained
overlaps itself${BEFORE}
  pool public 5-9 5 evict
  pool a 1
  web is 5 Retained
overlaps an older one${BEFORE}
  pool old 9 created=1
  pool public 5-9 created=5 evict
  web is 5 Retained
turns out to list the address of a node${BEFORE}
  never 5
  pool public 5-9 evict
  web is 5 Retained
  pool public retains 5:web
says so already, when somebody else comes to use its address
  pool public 5-9 evict
  web -> 5
then
  never 5
  web is 5 Retained
  pool public retains 5:web
  next -> 6
then
  pool public 5-9 evict reserved=5
  web is 7
takes over its range, and the address has come to be that of a node
  pool p 1-9
  web ip=5 -> 5
then
  never 5
  pool p 1-4 evict
  pool q 5-9 evict
  web is 5 Retained
  pool p retains -
  pool q retains 5:web
shares its address with another, when somebody else comes to use it
  pool public 5-9 evict
  web key=k ports=80 -> 5
  dns key=k ports=53 -> 5
then
  never 5
  web is 5 Retained
  dns is 5 Retained
is being deleted, and another pool has its address${BEFORE}
  pool public 5-9 deleting evict
  pool renamed 1-9
  web is 5
is not the one that its address is from
  pool public 1-4 evict
  web holds=5 -> 5 Retained
is being deleted, while the request of one that is being deleted cannot be understood${BEFORE}
  pool public 5-9 deleting evict
  web deleting ip=x -> 5 KeptWhileRequestPending
  pool public retains 5:web
comes to list its address, reserved
  pool q 1-4
  web holds=5 -> 5 Retained
then
  pool q 1-9 reserved=5 evict
  web is 5 Retained
comes to list its address, for others
  pool q 1-4
  web holds=5 -> 5 Retained
then
  pool q 1-9 ns=shop evict
  web is 5 Retained
takes over its range, for others
  pool p 1-9
  web ip=5 -> 5
then
  pool p 1-4
  pool q 5-9 ns=shop evict
  web is 5 Retained
  pool p retains 5:web
is being deleted, while it is being deleted itself${BEFORE}
  pool public 5-9 deleting evict
  pool a 1
  web deleting -> 5 Retained
  pool public retains 5:web
`,
);

playForBoth(
  'of those that are evicted together, the first is',
  `
the one that has been allocated for longer
  pool public 5-6
  a since=2 holds=5 -> 5
  b since=1 holds=6 -> 6
then
  pool public 5-6 deleting evict
  pool a 1
  a is PoolExhausted
  b is 1
the one that was created earlier
  pool public 5-7
  a created=3 holds=5 -> 5
  b created=1 holds=6 -> 6
  c created=2 holds=7 -> 7
then
  pool public 5-7 deleting evict
  pool a 1-2
  a is PoolExhausted
  b is 1
  c is 2
`,
);

playOnce(
  'a dual-stack holder whose pool evicts',
  `
gets another address for the one that goes
  pool public 4.1-9 6.1-9
  web prefers=4,6 -> 4.1 6.1
then
  pool public 4.1-9 6.1-9 reserved=4.1 evict
  web is 4.2 6.1
gets the family back that went, when it comes again
  pool public 4.1-9 6.1-9
  web prefers=4,6 -> 4.1 6.1
then
  pool public 4.1-9 evict
  web is 4.1
then
  pool public 4.1-9 6.1-9 evict
  web is 4.1 6.1
`,
);
