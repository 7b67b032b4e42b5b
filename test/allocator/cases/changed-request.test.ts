import { playForBoth, playOnce } from './play.ts';

/** Every case goes on from here: `web` holds 1 of pool a, `holder` 6 of pool b. */
const BEFORE = `
  pool a 1-4
  pool b 5-9
  holder ip=6 -> 6
  web -> 1
then`;

playForBoth(
  'a holder that comes to ask for',
  `
another address gets it${BEFORE}
  web ip=3 -> 3
another pool gets one of it${BEFORE}
  web pool=b -> 5
its own address keeps it${BEFORE}
  web ip=1 -> 1
its own pool keeps its address${BEFORE}
  web pool=a -> 1
an address that is taken keeps its own${BEFORE}
  web ip=6 -> 1 KeptWhileRequestPending
an address in no pool keeps its own${BEFORE}
  web ip=0 -> 1 KeptWhileRequestPending
an address outside the pool that it names keeps its own${BEFORE}
  web ip=6 pool=a -> 1 KeptWhileRequestPending
an unknown pool keeps its address${BEFORE}
  web pool=c -> 1 KeptWhileRequestPending
the other family keeps its address${BEFORE}
  web families=o -> 1 KeptWhileRequestPending
both families keeps its address${BEFORE}
  web requires=4,6 -> 1 KeptWhileRequestPending
nonsense keeps its address${BEFORE}
  web ip=x -> 1 KeptWhileRequestPending
two of a family keeps its address${BEFORE}
  web ip=3,4 -> 1 KeptWhileRequestPending
nothing in particular keeps what it has${BEFORE}
  web ip=3 -> 3
then
  web -> 3
something in vain, and then for nothing, keeps what it has${BEFORE}
  web pool=c -> 1 KeptWhileRequestPending
then
  web -> 1
a pool that is full keeps its address until there is room${BEFORE}
  pool c 0 reserved=0
  web pool=c -> 1 KeptWhileRequestPending
then
  pool c 0
  web is 0
a pool that is disabled keeps its address${BEFORE}
  pool b 5-9 disabled
  web pool=b -> 1 KeptWhileRequestPending
an address that is given back later gets it then, and gives back its own${BEFORE}
  web ip=6 -> 1 KeptWhileRequestPending
  next ip=1 -> AddressInUse
then
  no holder
  web is 6
  next is 1
something else while it is being deleted keeps what it has${BEFORE}
  web deleting ip=3 -> 1
a pool that is not there keeps an address of no pool until it is there
  pool a 1-4
  web holds=0 -> 0 Retained
then
  web pool=c -> 0 KeptWhileRequestPending
then
  pool c 5
  web is 5
a pool gets one of it for an address of no pool
  pool a 1-4
  web holds=0 -> 0 Retained
then
  web pool=a -> 1
a pool that is full keeps an address of no pool until there is room
  pool a 1
  first ip=1 -> 1
  web holds=0 -> 0 Retained
then
  web pool=a -> 0 KeptWhileRequestPending
  pool a retains -
then
  no first
  web is 1
another pool in vain leaves its address with its pool, which still offers it${BEFORE}
  pool c 0 reserved=0
  web pool=c -> 1 KeptWhileRequestPending
  pool a retains -
  pool a has 3
`,
);

playOnce(
  'a holder that comes to ask for the other family',
  `
keeps its address until there is one
  pool a 4.1-4
  web cluster=4 -> 4.1
then
  web cluster=6 -> 4.1 KeptWhileRequestPending
then
  pool a 4.1-4 6.1-4
  web is 6.1
gets one of its own pool at once where there is one
  pool a 4.1-4 6.1-4
  web cluster=4 -> 4.1
then
  web cluster=6 -> 6.1
is served in the order of the pools
  pool a 6.1-4
  pool b 4.11-14 6.11-14
  web cluster=4 -> 4.11
then
  web cluster=6 -> 6.1
`,
);
