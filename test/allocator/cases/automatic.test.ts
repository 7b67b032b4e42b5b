import { playForBoth, playOnce } from './play.ts';

playForBoth(
  'a Service that leaves the choice to us',
  `
gets the lowest address
  pool public 1-9
  web -> 1
gets the lowest that is free
  pool public 1-9
  a holds=1 -> 1
  b holds=3 -> 3
  web -> 2
gets from the first range listed before a lower one listed later
  pool public 7-8 1-2
  a -> 7
  b -> 8
  c -> 1
gets none that is reserved, whether alone or in a range
  pool public 0-9 reserved=0,3-4
  a -> 1
  b -> 2
  c -> 5
waits where the pool is full
  pool public 1
  a -> 1
  b -> PoolExhausted
waits where every address is reserved
  pool public 1-2 reserved=0-9
  web -> PoolExhausted
waits where there is no pool
  web -> NoPools
waits where no pool is Ready
  pool public 1-9 deleting
  pool broken x-y
  web -> NoPools
waits where every pool is disabled
  pool public 1-9 disabled
  web -> NoMatchingPool
waits where every pool is given by name only
  pool public 1-9 noauto
  web -> NoMatchingPool
waits where no pool has its family
  pool public o.1-9
  web -> FamilyMismatch
waits for room where one pool lacks the family and another is full
  pool a o.1-9
  pool b 1-9 reserved=1-9
  web -> PoolExhausted
is told of full pools rather than of those that are not for it
  pool a 1-3 noauto
  pool b 4-6 reserved=4-6
  web -> PoolExhausted
is not served while it is being deleted
  pool public 1-9
  web deleting -> NoMatchingPool
gets an address when a pool comes
  web -> NoPools
then
  pool public 1-9
  web is 1
gets an address when its pool grows
  pool public 1
  a -> 1
  b -> PoolExhausted
then
  pool public 1-2
  b is 2
gets an address when a reservation ends
  pool public 1 reserved=1
  web -> PoolExhausted
then
  pool public 1
  web is 1
gets an address when its pool is enabled
  pool public 1-9 disabled
  web -> NoMatchingPool
then
  pool public 1-9
  web is 1
gets an address when autoAssign is turned on
  pool public 1-9 noauto
  web -> NoMatchingPool
then
  pool public 1-9
  web is 1
`,
);

playForBoth(
  'of those that wait, the one comes first that',
  `
was created earlier
  pool public 1
  a created=2 -> PoolExhausted
  b created=1 -> 1
has a creation time, where the other has none
  pool public 1
  a -> PoolExhausted
  b created=1 -> 1
is first by namespace, for want of times
  pool public 1
  shop/a -> PoolExhausted
  cart/b -> 1
is first by namespace, though not letter by letter
  pool public 1
  a-b/a -> PoolExhausted
  a/b -> 1
is first by name, for want of times
  pool public 1
  b -> PoolExhausted
  a -> 1
holds something already, whatever its age
  pool public 1
  old created=1 -> PoolExhausted
  new created=9 holds=1 -> 1
names nothing, if it is the older, though the other names the address
  pool public 1
  old created=1 -> 1
  new created=2 ip=1 -> AddressInUse
is the oldest when something is given back
  pool public 1
  holder created=0 -> 1
  young created=2 -> PoolExhausted
  old created=1 -> PoolExhausted
then
  no holder
  old is 1
is the next oldest when something more is given back
  pool public 1-2
  a created=1 -> 1
  b created=2 -> 2
  old created=3 -> PoolExhausted
  young created=4 -> PoolExhausted
then
  no a
  old is 1
then
  no b
  young is 2
`,
);

playForBoth(
  'an address is given back',
  `
when the Service is gone
  pool public 1
  web -> 1
then
  next -> PoolExhausted
then
  no web
  next is 1
when it is no LoadBalancer any more
  pool public 1
  web created=1 -> 1
  next created=2 -> PoolExhausted
then
  web type=ClusterIP -> nothing
  next is 1
when it is one of another class
  pool public 1
  web created=1 -> 1
  next created=2 -> PoolExhausted
then
  web class=other -> nothing
  next is 1
but not when the Service is only being deleted
  pool public 1
  web created=1 -> 1
  next created=2 -> PoolExhausted
then
  web created=1 deleting -> 1
but not when its status loses it
  pool public 1-9
  web holds=5 -> 5
then
  web -> 5
but not when its status tells of another
  pool public 1-9
  web holds=5 -> 5
then
  web holds=7 -> 5
and the Service has no claim to it when it comes again
  pool public 1
  web created=1 -> 1
  next created=2 -> PoolExhausted
then
  no web
  next is 1
then
  web created=1 -> PoolExhausted
and is available again
  pool public 1-3
  web -> 1
  pool public has 2
then
  no web
  pool public has 3
`,
);

playOnce(
  'a pool that avoids addresses ending in .0 and .255',
  `
gives none of them
  pool public 192.0.2.254-192.0.4.1 avoid reserved=192.0.3.2-192.0.3.254
  a -> 192.0.2.254
  b -> 192.0.3.1
  c -> 192.0.4.1
  d -> PoolExhausted
refuses them to one that asks for one
  pool public 192.0.2.0/24 avoid
  a ip=192.0.2.0 -> AddressReserved
  b ip=192.0.2.255 -> AddressReserved
gives IPv6 addresses that end in 0 or ff
  pool public 2001:db8::/127 2001:db8::ff/128 avoid
  a families=6 -> 2001:db8::
  b families=6 -> 6.1
  c families=6 -> 2001:db8::ff
leaves them with those that hold one when it comes to avoid them
  pool public 192.0.2.0/24
  web -> 192.0.2.0
then
  pool public 192.0.2.0/24 avoid
  web is 192.0.2.0 Retained
  pool public retains 192.0.2.0:web
  pool public has 254
takes them away when it comes to avoid them and evicts
  pool public 192.0.2.0/24
  web -> 192.0.2.0
then
  pool public 192.0.2.0/24 avoid evict
  web is 192.0.2.1
`,
);
