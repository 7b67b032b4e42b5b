import { playForBoth, playOnce } from './play.ts';

playForBoth(
  'a Service that names an address',
  `
gets it
  pool a 1-9
  web ip=5 -> 5
gets it from a pool tried later
  pool a 1
  pool b 2-9
  web ip=5 -> 5
gets it though autoAssign is false
  pool a 1-9 noauto
  web ip=5 -> 5
gets it from the pool that it names
  pool a 1-9
  web ip=5 pool=a -> 5
gets it from a pool that selects it
  pool a 1-9 ns=default
  web ip=5 -> 5
may name it in the field
  pool a 1-9
  web field=5 -> 5
may name it in both places
  pool a 1-9
  web ip=5 field=5 -> 5
names one in the field, the annotation being empty
  pool a 1-9
  web ip= field=5 -> 5
names none with an empty annotation
  pool a 1-9
  web ip= -> 1
may use MetalLB’s spelling
  pool a 1-9
  web @metallb.io/loadBalancerIPs=5 -> 5
may use MetalLB’s former spelling
  pool a 1-9
  web @metallb.universe.tf/loadBalancerIPs=5 -> 5
is read in our spelling first
  pool a 1-9
  web ip=6 @metallb.io/loadBalancerIPs=5 -> 6
is read in MetalLB’s spelling before the former one
  pool a 1-9
  web @metallb.universe.tf/loadBalancerIPs=6 @metallb.io/loadBalancerIPs=5 -> 5
is not read in any other spelling
  pool a 1-9
  web @example.com/loadBalancerIPs=5 -> 1
comes after an older one that has none and leaves the choice to us
  pool a 1
  old created=1 -> 1
  new created=2 ip=1 -> AddressInUse
`,
);

playForBoth(
  'a Service waits that names an address',
  `
in no pool
  pool a 1-4
  web ip=5 -> AddressNotInAnyPool
outside the pool that it names
  pool a 1-4
  web ip=5 pool=a -> AddressNotInRequestedPool
of another pool than it names
  pool a 1-4
  pool b 5-9
  web ip=5 pool=a -> AddressNotInRequestedPool
in a pool that does not exist
  pool a 1-9
  web ip=5 pool=b -> UnknownPool
that is reserved
  pool a 1-9 reserved=5
  web ip=5 -> AddressReserved
that belongs to a node
  never 5
  pool a 1-9
  web ip=5 -> AddressReserved
of a disabled pool
  pool a 1-9 disabled
  web ip=5 -> PoolNotAllowed
of a pool that selects other namespaces
  pool a 1-9 ns=shop
  web ip=5 -> PoolNotAllowed
of a pool that selects other labels
  pool a 1-9 labels=app:dns
  web ip=5 labels=app:web -> PoolNotAllowed
of a pool that is being deleted
  pool a 1-9 deleting
  pool b o.1-9
  web ip=5 -> PoolNotAllowed
of a pool that is being deleted and that it names
  pool a 1-9 deleting
  pool b o.1-9
  web ip=5 pool=a -> PoolNotAllowed
of a pool that is not Ready
  pool a 1-9 9
  pool b o.1-9
  web ip=5 -> PoolNotAllowed
in a pool that cannot be read
  pool a x
  pool b o.1-9
  web ip=5 pool=a -> PoolNotAllowed
where no pool is Ready
  pool a 1-9 deleting
  web ip=5 -> NoPools
of the other family
  pool a 1-9 o.1-9
  web ip=o.5 -> FamilyMismatch
of each family, having one
  pool a 1-9 o.1-9
  web ip=5,o.5 -> FamilyMismatch
that another holds, until it is given back
  pool a 1-9
  holder created=1 ip=5 -> 5
  web created=2 ip=5 -> AddressInUse
then
  no holder
  web is 5
that another keeps though its pool no longer offers it
  pool a 1-9
  holder ip=5 -> 5
then
  pool a 1-9 reserved=5
  holder is 5 Retained
  web ip=5 -> AddressReserved
that another keeps though no pool has it any more
  pool a 1-9
  holder ip=5 -> 5
then
  pool a 1-4
  holder is 5 Retained
  web ip=5 -> AddressNotInAnyPool
`,
);

playForBoth(
  'a Service asks in vain with',
  `
two addresses of a family
  pool a 1-9
  web ip=5,6 -> InvalidRequest
one address twice
  pool a 1-9
  web ip=5,5 -> InvalidRequest
a prefix
  pool a 1-9
  web ip=192.0.2.0/24 -> InvalidRequest
a name
  pool a 1-9
  web ip=web.example -> InvalidRequest
a comma too many
  pool a 1-9
  web ip=5, -> InvalidRequest
a field that is no address
  pool a 1-9
  web field=x -> InvalidRequest
a field and an annotation that disagree
  pool a 1-9
  web ip=5 field=6 -> InvalidRequest
nonsense, even where there is no pool
  web ip=x -> InvalidRequest
nonsense and an unknown pool: the nonsense is told
  pool a 1-9
  web ip=x pool=b -> InvalidRequest
`,
);

playOnce(
  'a dual-stack Service that names its addresses',
  `
gets both
  pool a 4.1-9 6.1-9
  web requires=4,6 ip=4.5,6.5 -> 4.5 6.5
gets both, IPv4 first, in whatever order it names them
  pool a 4.1-9 6.1-9
  web requires=4,6 ip=6.5,4.5 -> 4.5 6.5
gets both though its primary family is IPv6
  pool a 4.1-9 6.1-9
  web requires=6,4 ip=4.5,6.5 -> 4.5 6.5
gets both where it prefers them only
  pool a 4.1-9 6.1-9
  web prefers=4,6 ip=4.5,6.5 -> 4.5 6.5
asks in vain for two pools
  pool a 4.1-9
  pool b 6.1-9
  web requires=4,6 ip=4.5,6.5 -> InvalidRequest
asks in vain for two of one family and one of the other
  pool a 4.1-9 6.1-9
  web requires=4,6 ip=4.5,4.6,6.5 -> InvalidRequest
waits where one is reserved
  pool a 4.1-9 6.1-9 reserved=6.5
  web requires=4,6 ip=4.5,6.5 -> AddressReserved
waits where one is in no pool
  pool a 4.1-9
  web requires=4,6 ip=4.5,6.5 -> AddressNotInAnyPool
waits where it requires both and names one
  pool a 4.1-9 6.1-9
  web requires=4,6 ip=4.5 -> FamilyMismatch
waits where it prefers both and names one
  pool a 4.1-9 6.1-9
  web prefers=4,6 ip=4.5 -> FamilyMismatch
gets one where it prefers both and has one cluster IP
  pool a 4.1-9 6.1-9
  web prefers=4 ip=4.5 -> 4.5
waits where it names both and has one cluster IP
  pool a 4.1-9 6.1-9
  web prefers=4 ip=4.5,6.5 -> FamilyMismatch
takes neither while one is held by another
  pool a 4.1-9 6.1-9
  holder created=1 families=6 ip=6.5 -> 6.5
  web created=2 requires=4,6 ip=4.5,6.5 -> AddressInUse
  pool a has 9
then
  no holder
  web is 4.5 6.5
`,
);
