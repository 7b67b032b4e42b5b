import { playForBoth } from './play.ts';

playForBoth(
  'of two found holding one address, the one keeps it that',
  `
has been allocated for longer
  pool public 1-9
  a since=2 created=1 holds=5 -> 1
  b since=1 created=2 holds=5 -> 5
has a condition that is True, where the other has none
  pool public 1-9
  a created=1 holds=5 -> 1
  b since=9 created=2 holds=5 -> 5
was created earlier, allocated at the same time
  pool public 1-9
  a since=1 created=2 holds=5 -> 1
  b since=1 created=1 holds=5 -> 5
was created earlier, for want of conditions
  pool public 1-9
  a created=2 holds=5 -> 1
  b created=1 holds=5 -> 5
has a creation time, where the other has none
  pool public 1-9
  a holds=5 -> 1
  b created=9 holds=5 -> 5
is first by namespace
  pool public 1-9
  shop/a holds=5 -> 1
  cart/b holds=5 -> 5
is first by name
  pool public 1-9
  b holds=5 -> 1
  a holds=5 -> 5
is known already, though the other was allocated earlier
  pool public 1-9
  known ip=5 -> 5
then
  late holds=5 since=1 -> 1
`,
);

playForBoth(
  'of those found holding one address',
  `
both keep it where they may share
  pool public 1-9
  a holds=5 key=k ports=80 -> 5
  b holds=5 key=k ports=81 -> 5
both keep it in two namespaces, whatever reach the pool gives to keys
  pool public 1-9
  a/a holds=5 key=k ports=80 -> 5
  b/b holds=5 key=k ports=81 -> 5
the other waits where there is nothing else
  pool public 5
  a holds=5 -> 5
  b holds=5 -> PoolExhausted
the other is told who has it, where it asks for no other
  pool public 1-9
  a holds=5 -> 5
  b holds=5 ip=5 -> AddressInUse
the first keeps it though no pool has it
  pool public 1-5
  a holds=9 -> 9 Retained
  b holds=9 -> 1
all keep it that may share with the first
  pool public 1-9
  a holds=5 key=k ports=80 since=1 -> 5
  b holds=5 key=k ports=80 since=2 -> 1
  c holds=5 key=k ports=81 since=3 -> 5
the first gives it to the second, if it asks for another
  pool public 1-9
  a holds=5 ip=6 since=1 -> 6
  b holds=5 ip=5 since=2 -> 5
`,
);

playForBoth(
  'at start',
  `
every published address is claimed before any new one is given
  pool public 1-9
  new created=1 -> 2
  old created=9 holds=1 -> 1
an address of a disabled pool stays
  pool public 1-9 disabled
  web holds=5 -> 5
an address of a pool without autoAssign stays
  pool public 1-9 noauto
  web holds=5 -> 5
a reserved address stays
  pool public 1-9 reserved=5
  web holds=5 -> 5 Retained
an address in no pool stays
  pool public 1-4
  web holds=5 -> 5 Retained
an address stays where there is no pool at all
  web holds=5 -> 5 Retained
an address of a pool that selects others stays
  pool public 1-9 ns=shop
  web holds=5 -> 5 Retained
an address of a pool that is being deleted stays
  pool public 1-9 deleting
  pool other 0
  web holds=5 -> 5 Retained
  pool public retains 5:web
an address of a pool that is being deleted and evicts does not stay
  pool public 1-9 deleting evict
  pool other 0
  web holds=5 -> 0
an address that the status of its pool tells of is evicted once the pool says so
  pool public 1-4 evict retained=5:web
  web holds=5 -> 1
an address that the pool listed before is evicted by an edit made meanwhile
  pool public 1-4 evict formerly=1-9
  web holds=5 -> 1
an address stays with a Service that names the pool from which the range has moved meanwhile
  pool p 1-4 formerly=5-9
  pool q 5-9
  web holds=5 pool=p -> 5 Retained
an address stays with a Service that names that pool, though the status of the other tells of the range already
  pool a 1-9 formerly=1-9
  pool d 5-9 formerly=5-9
  web holds=5 pool=d -> 5 Retained
  pool d retains 5:web
those that ask for each other’s next address move one after the other
  pool public 1-9
  a holds=5 ip=6 -> 6
  b holds=6 ip=7 -> 7
those that ask for each other’s address stay
  pool public 1-9
  a holds=5 ip=6 -> 5 KeptWhileRequestPending
  b holds=6 ip=5 -> 6 KeptWhileRequestPending
a wish that can be met is met
  pool public 1-9
  web holds=5 ip=6 -> 6
an address published twice counts once
  pool public 1-9
  web holds=5,5 -> 5
what is no address is passed over
  pool public 1-9
  web holds=x,5 -> 5
nobody gets an address that a Service of another class publishes
  pool public 1-9
  other class=other holds=1 -> nothing
  web -> 2
an address is from the pool that was Ready, not from one that overlapped it
  pool p1 1-4 created=1 formerly=1-9 was=Ready
  pool p0 0 evict created=2 formerly=5-9 was=NotReady
  web holds=5 -> 5 Retained
  pool p1 retains 5:web
an address is from the older pool, where both say that they listed it
  pool p1 1-4 created=1 formerly=5-9 was=NotReady
  pool p0 0 evict created=2 formerly=5-9 was=NotReady
  web holds=5 -> 5 Retained
  pool p1 retains 5:web
an address is not from a pool that never was Ready, though it lists it and is deleted
  pool gone 5-9 x evict was=NotReady
  pool p 1-4
  web holds=5 -> 5 Retained
  pool gone retains -
an address is from a deleted pool that is held back, though no status tells of it
  pool gone 5-9 deleting evict was=Ready formerly=8-9
  pool p 1-4
  web holds=5 -> 1
an address that a pool has never offered stays, though that evicts
  pool p 1-9 reserved=5 evict was=Ready formerly=1-9
  web holds=5 -> 5 Retained
  pool p retains -
an address is from the pool that listed it, though a node has come to use it meanwhile
  never 5
  pool p 1-9 was=Ready formerly=1-9
  web holds=5 -> 5 Retained
  pool p retains 5:web
an address is from the pool that evicts, though a node has come to use it meanwhile
  never 5
  pool p 1-9 evict was=Ready formerly=1-9
  web holds=5 -> 5 Retained
  pool p retains 5:web
then
  pool p 1-4 evict was=Ready formerly=1-9
  web is 1
an address is from the pool that listed it, though the labels of the namespace have changed meanwhile
  namespace default tier:silver
  pool p 1-9 nsLabels=tier:gold was=Ready formerly=1-9
  web holds=5 since=1 reason=Allocated -> 5 Retained
  pool p retains 5:web
an address is from the pool that listed it, though the labels of the Service have changed meanwhile
  pool p 1-9 labels=app:web was=Ready formerly=1-9
  web holds=5 labels=app:dns since=1 reason=Allocated -> 5 Retained
  pool p retains 5:web
an address that its pool gave is evicted where the labels of the namespace have changed meanwhile
  namespace default tier:silver
  pool p 1-9 evict nsLabels=tier:gold was=Ready formerly=1-9
  pool q 0
  web holds=5 since=1 reason=Allocated -> 0
an address that nobody says its pool gave stays, where that evicts and selects by labels
  namespace default tier:silver
  pool p 1-9 evict nsLabels=tier:gold was=Ready formerly=1-9
  pool q 0
  web holds=5 since=1 reason=Retained -> 5 Retained
  pool p retains -
an address stays where its pool selects the namespace by the name that every namespace has for a label
  pool p 1-9 evict nsLabels=kubernetes.io/metadata.name:default
  pool q 0
  web holds=5 -> 5
an address is not from a pool that names other namespaces
  pool p 1-9 ns=shop was=Ready formerly=1-9
  web holds=5 since=1 reason=Allocated -> 5 Retained
  pool p retains -
an address of no pool counts as that of the pool that is named
  pool p 1-4
  web holds=5 pool=p -> 5 Retained
  pool p retains 5:web
an address of no pool stays with a Service whose pool evicts
  pool p 1-4 evict
  web holds=5 pool=p -> 5 Retained
  pool p retains -
an address of no pool is left for the pool for which the Service waited
  pool p 1-4
  web holds=5 pool=p since=1 reason=KeptWhileRequestPending -> 1
an address is not from the pool for which its Service waits, though that listed it before it came to be at fault
  pool a 8-9 8 created=1 was=NotReady formerly=0-3
  pool b 0-3 created=2 was=Ready formerly=0-3
  web holds=0 pool=a since=1 reason=KeptWhileRequestPending -> 0 KeptWhileRequestPending
  pool a retains -
then
  pool a 8-9 created=1 was=NotReady formerly=0-3
  web is 8
an address that a pool has retained is from there, though its Service waits for that pool to give it another
  pool a 8-9 created=1 was=Ready formerly=8-9 retained=0:web
  pool b 0-3 created=2 was=Ready formerly=0-3
  web holds=0 pool=a ip=7 since=1 reason=KeptWhileRequestPending -> 0 KeptWhileRequestPending
  pool a retains 0:web
an address stays where its pool has been made anew and another lists it now
  web holds=5 pool=p -> 5 Retained
then
  pool p 1-4
  pool q 5-9
  web is 5 Retained
  pool p retains 5:web
`,
);
