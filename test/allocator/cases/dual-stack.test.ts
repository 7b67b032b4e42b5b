import { playForBoth, playOnce } from './play.ts';

playOnce(
  'the families of a Service are',
  `
IPv4, where nothing says otherwise
  pool public 4.1-9 6.1-9
  web families=4 -> 4.1
the first of ipFamilies, without a policy
  pool public 4.1-9 6.1-9
  web families=6,4 -> 6.1
that of its cluster IP
  pool public 4.1-9 6.1-9
  web cluster=6 -> 6.1
that of its cluster IP, whatever ipFamilies says
  pool public 4.1-9 6.1-9
  web cluster=6 families=4 -> 6.1
both, with two cluster IPs and PreferDualStack
  pool public 4.1-9 6.1-9
  web prefers=4,6 -> 4.1 6.1
both, IPv4 first, though the primary is IPv6
  pool public 4.1-9 6.1-9
  web prefers=6,4 -> 4.1 6.1
both, with RequireDualStack
  pool public 4.1-9 6.1-9
  web requires=4,6 -> 4.1 6.1
that of the one cluster IP with PreferDualStack
  pool public 4.1-9 6.1-9
  web prefers=6 -> 6.1
not to be had with RequireDualStack and one cluster IP
  pool public 4.1-9 6.1-9
  web requires=4 -> DualStackUnavailable
none for a headless Service
  pool public 4.1-9 6.1-9
  web cluster=none -> InvalidRequest
unknown where a cluster IP is no address
  pool public 4.1-9 6.1-9
  web cluster=bad -> InvalidRequest
`,
);

playForBoth(
  'a Service of one family',
  `
gets that of a pool of both
  pool public 1-9 o.1-9
  web -> 1
passes over a pool of the other
  pool a o.1-9
  pool b 1-9
  web -> 1
waits where no pool has it
  pool a o.1-9
  web -> FamilyMismatch
waits for room in that family, whatever room the other has
  pool a 1 o.1-9 reserved=1
  web -> PoolExhausted
`,
);

playOnce(
  'a Service that prefers dual stack',
  `
takes the first pool that has both
  pool a 4.1-9
  pool b 4.11-19 6.11-19
  web prefers=4,6 -> 4.11 6.11
takes the first pool that has room for both
  pool a 4.1 6.1 reserved=6.1
  pool b 4.11 6.11
  web prefers=4,6 -> 4.11 6.11
else takes the first with its primary family, IPv4
  pool a 6.1-9
  pool b 4.1-9
  web prefers=4,6 -> 4.1
else takes the first with its primary family, IPv6
  pool a 4.1-9
  pool b 6.1-9
  web prefers=6,4 -> 6.1
else takes the other family
  pool a 6.1-9
  pool b 4.1 reserved=4.1
  web prefers=4,6 -> 6.1
takes one of a pool that is out of the other
  pool a 4.1 6.1-9 reserved=4.1
  web prefers=4,6 -> 6.1
never takes two from two pools
  pool a 4.1-9
  pool b 6.1-9
  web prefers=4,6 -> 4.1
waits where all is full
  pool a 4.1 reserved=4.1
  pool b 6.1 reserved=6.1
  web prefers=4,6 -> PoolExhausted
waits where the pool of the other family is full
  pool b 6.1 reserved=6.1
  web prefers=4,6 -> PoolExhausted
waits where no pool may serve it
  pool a 4.1-9 6.1-9 disabled
  web prefers=4,6 -> NoMatchingPool
gets the other family when its pool has it
  pool a 4.1-9
  web prefers=4,6 -> 4.1
then
  pool a 4.1-9 6.1-9
  web is 4.1 6.1
gets the other family when it is given back
  pool a 4.1-9 6.1
  holder created=1 families=6 -> 6.1
  web created=2 prefers=4,6 -> 4.1
then
  no holder
  web is 4.1 6.1
gets the other family when it gets the cluster IP
  pool a 4.1-9 6.1-9
  web prefers=4 -> 4.1
then
  web prefers=4,6 -> 4.1 6.1
is not given the other family of a disabled pool
  pool a 4.1-9
  web prefers=4,6 -> 4.1
then
  pool a 4.1-9 6.1-9 disabled
  web is 4.1
does not move to a pool that has both
  pool b 4.1-9
  web prefers=4,6 -> 4.1
then
  pool a 4.11-19 6.11-19
  web is 4.1
stays with one address and one cluster IP
  pool a 4.1-9 6.1-9
  web prefers=4 holds=4.5 -> 4.5
gives the second back when it has one cluster IP
  pool a 4.1-9 6.1-9
  web prefers=4 holds=4.5,6.5 -> 4.5
keeps the other half when its pool loses a family and evicts
  pool a 4.1-9 6.1-9
  web prefers=4,6 -> 4.1 6.1
then
  pool a 4.1-9 evict
  web is 4.1
keeps both when its pool loses a family
  pool a 4.1-9 6.1-9
  web prefers=4,6 -> 4.1 6.1
then
  pool a 4.1-9
  web is 4.1 6.1 Retained
  pool a retains 6.1:web
`,
);

playOnce(
  'a Service that requires dual stack',
  `
takes the first pool that has both
  pool a 4.1-9
  pool b 4.11-19 6.11-19
  web requires=4,6 -> 4.11 6.11
waits where no one pool has both
  pool a 4.1-9
  pool b 6.1-9
  web requires=4,6 -> DualStackUnavailable
waits where a pool has both and no room for both
  pool a 4.1-9 6.1 reserved=6.1
  web requires=4,6 -> PoolExhausted
  pool a has 9
waits where that is full and another has one family
  pool a 4.1 6.1 reserved=4.1,6.1
  pool b 4.11-19
  web requires=4,6 -> PoolExhausted
waits where the one pool lacks a family and is full
  pool a 4.1 reserved=4.1
  web requires=4,6 -> DualStackUnavailable
waits where no pool may serve it
  pool a 4.1-9 6.1-9 noauto
  web requires=4,6 -> NoMatchingPool
waits where there is none
  web requires=4,6 -> NoPools
gets both when room is made
  pool a 4.1-9 6.1
  holder created=1 families=6 -> 6.1
  web created=2 requires=4,6 -> PoolExhausted
then
  no holder
  web is 4.1 6.1
gets both when a family is added to the pool
  pool a 4.1-9
  web requires=4,6 -> DualStackUnavailable
then
  pool a 4.1-9 6.1-9
  web is 4.1 6.1
keeps its one address, and gets the other of the same pool
  pool a 4.1-9 6.1-9
  pool b 4.11-19 6.11-19
  web cluster=4 pool=b -> 4.11
then
  web requires=4,6 -> 4.11 6.11
keeps its one address while both cannot be given
  pool a 4.1-9
  web cluster=4 -> 4.1
then
  web requires=4,6 -> 4.1 KeptWhileRequestPending
keeps its one address while it has one cluster IP
  pool a 4.1-9 6.1-9
  web cluster=4 -> 4.1
then
  web requires=4 -> 4.1 KeptWhileRequestPending
gives one back when it asks for one family
  pool a 4.1-9 6.1-9
  web requires=4,6 -> 4.1 6.1
then
  web cluster=6 -> 6.1
  pool a has 9
keeps both when its pool loses a family
  pool a 4.1-9 6.1-9
  web requires=4,6 -> 4.1 6.1
then
  pool a 4.1-9
  web is 4.1 6.1 Retained
keeps the other half while both cannot be given, when its pool evicts
  pool a 4.1-9 6.1-9
  web requires=4,6 -> 4.1 6.1
then
  pool a 4.1-9 evict
  web is 4.1 KeptWhileRequestPending
`,
);
