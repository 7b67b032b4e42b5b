import { playForBoth, playOnce } from './play.ts';

playForBoth(
  'a Service that names a pool',
  `
gets an address of it
  pool a 1
  pool b 2
  web pool=b -> 2
gets one though autoAssign is false
  pool b 2 noauto
  web pool=b -> 2
gets one of a pool that selects it
  pool a 1
  pool b 2 labels=app:web
  web pool=b labels=app:web -> 2
gets none of another when that one is full
  pool a 1
  pool b 2 reserved=2
  web pool=b -> PoolExhausted
waits for one that does not exist
  pool a 1
  web pool=b -> UnknownPool
waits where it is disabled
  pool a 1
  pool b 2 disabled
  web pool=b -> PoolNotAllowed
waits where it is being deleted
  pool a 1
  pool b 2 deleting
  web pool=b -> PoolNotAllowed
waits where it is not Ready
  pool a 1
  pool b x
  web pool=b -> PoolNotAllowed
waits where it overlaps an older one
  pool a 1-2 created=1
  pool b 2-3 created=2
  web pool=b -> PoolNotAllowed
waits where it selects other namespaces
  pool a 1
  pool b 2 ns=shop
  web pool=b -> PoolNotAllowed
waits where it selects other labels
  pool a 1
  pool b 2 labels=app:dns
  web pool=b labels=app:web -> PoolNotAllowed
waits where it selects namespaces by labels that its own lacks
  namespace default tier:low
  pool b 2 nsLabels=tier:gold
  web pool=b -> PoolNotAllowed
waits where namespaces are selected of which there is none, instead of getting one all the same
  pool a 1
  pool b 2 nsLabels=tier:gold
  web pool=b -> PoolNotAllowed
waits where it has none of its family
  pool a 1
  pool b o.2
  web pool=b -> FamilyMismatch
waits where no pool is Ready, whatever it names
  pool a 1 deleting
  web pool=b -> NoPools
may use MetalLB’s spelling
  pool a 1
  pool b 2
  web @metallb.io/address-pool=b -> 2
may use MetalLB’s former spelling
  pool a 1
  pool b 2
  web @metallb.universe.tf/address-pool=b -> 2
is read in MetalLB’s spelling before the former one
  pool a 1
  pool b 2
  web @metallb.universe.tf/address-pool=a @metallb.io/address-pool=b -> 2
is read in our spelling first
  pool a 1
  pool b 2
  web @metallb.io/address-pool=a pool=b -> 2
is not read in any other spelling
  pool a 1
  pool b 2
  web @example.com/address-pool=b -> 1
names none with an empty annotation
  pool a 1
  pool b 2
  web pool= -> 1
gets its address when the pool comes
  pool a 1
  web pool=b -> UnknownPool
then
  pool b 2
  web is 2
gets its address when the pool is enabled
  pool b 2 disabled
  web pool=b -> PoolNotAllowed
then
  pool b 2
  web is 2
gets its address when another gives it back
  pool b 2
  holder created=1 -> 2
  web created=2 pool=b -> PoolExhausted
then
  no holder
  web is 2
`,
);

playOnce(
  'a dual-stack Service that names a pool',
  `
gets both of it
  pool a 4.1-9 6.1-9
  pool b 4.11-19 6.11-19
  web requires=4,6 pool=b -> 4.11 6.11
waits where it requires both and the pool lacks a family
  pool a 4.1-9 6.1-9
  pool b 4.11-19
  web requires=4,6 pool=b -> DualStackUnavailable
waits where it requires both and the pool is out of one
  pool b 4.11-19 6.11-19 reserved=6.11-19
  web requires=4,6 pool=b -> PoolExhausted
gets one where it prefers both and the pool lacks a family
  pool a 4.1-9 6.1-9
  pool b 6.11-19
  web prefers=4,6 pool=b -> 6.11
gets one where it prefers both and the pool is out of the other
  pool a 4.1-9 6.1-9
  pool b 4.11-19 6.11-19 reserved=4.11-19
  web prefers=4,6 pool=b -> 6.11
waits where it prefers both and the pool is out of both
  pool a 4.1-9 6.1-9
  pool b 4.11 6.11 reserved=4.11,6.11
  web prefers=4,6 pool=b -> PoolExhausted
`,
);
