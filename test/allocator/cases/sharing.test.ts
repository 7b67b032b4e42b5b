import { playForBoth, playOnce } from './play.ts';

playForBoth(
  'two Services may share an address',
  `
with one key and different ports
  pool public 1
  a key=k ports=80 -> 1
  b key=k ports=443 -> 1
with one key and different protocols
  pool public 1
  a key=k ports=TCP/53 -> 1
  b key=k ports=UDP/53 -> 1
with one key and no ports
  pool public 1
  a key=k -> 1
  b key=k -> 1
with one key, asking for the address
  pool public 1-9
  a key=k ports=80 ip=5 -> 5
  b key=k ports=443 ip=5 -> 5
with one key, asking for the pool
  pool public 1 noauto
  a key=k ports=80 pool=public -> 1
  b key=k ports=443 pool=public -> 1
with policy Local and the same pods
  pool public 1
  a key=k ports=80 local=app:web -> 1
  b key=k ports=443 local=app:web -> 1
with policy Local and the same pods, in whatever order they are described
  pool public 1
  a key=k ports=80 local=app:web,v:1 -> 1
  b key=k ports=443 local=v:1,app:web -> 1
with policy Local for no pods in particular and policy Cluster
  pool public 1
  a key=k ports=80 local= -> 1
  b key=k ports=443 -> 1
in two namespaces where the pool says Cluster
  pool public 1 cluster
  a key=k ports=80 -> 1
  shop/b key=k ports=443 -> 1
under a key in MetalLB’s spelling
  pool public 1
  a key=k ports=80 -> 1
  b @metallb.io/allow-shared-ip=k ports=443 -> 1
under a key in MetalLB’s former spelling
  pool public 1
  a key=k ports=80 -> 1
  b @metallb.universe.tf/allow-shared-ip=k ports=443 -> 1
and three that agree with each other do
  pool public 1
  a key=k ports=80 -> 1
  b key=k ports=443 -> 1
  c key=k ports=8080 -> 1
and the sharer gets the shared one, where that is lower than any free one
  pool public 1-9
  a created=1 key=k ports=80 -> 1
  b created=2 key=k ports=443 -> 1
and the sharer gets a free one, where that is lower
  pool public 1-9
  a created=1 key=k ports=80 ip=5 -> 5
then
  b created=2 key=k ports=443 -> 1
and the shared one of the first range comes before a free one of the second
  pool public 7-8 1-2 reserved=7
  a key=k ports=80 -> 8
  b key=k ports=443 -> 8
and the lowest of two shared ones is taken
  pool public 4-6
  a key=k ports=80 ip=6 -> 6
  b key=k ports=80 ip=5 -> 5
  c ip=4 -> 4
then
  d key=k ports=443 -> 5
and one that has the port does not hide another that has not
  pool public 1-2
  a key=k ports=80 ip=1 -> 1
  b key=k ports=443 ip=1 -> 1
  c key=k ports=80 ip=2 -> 2
then
  d key=k ports=443 -> 2
and the shared one of a pool tried later does not count
  pool a 1
  pool b 2
  holder created=1 key=k ports=80 pool=b -> 2
  web created=2 key=k ports=443 -> 1
and the shared one of a pool that is not for it does not count
  pool a 1 ns=shop cluster
  pool b 2
  shop/holder created=1 key=k ports=80 -> 1
  web created=2 key=k ports=443 -> 2
`,
);

playForBoth(
  'two Services may not share an address',
  `
with different keys
  pool public 1
  a key=k ports=80 -> 1
  b key=l ports=443 -> PoolExhausted
when one has no key
  pool public 1
  a key=k ports=80 -> 1
  b ports=443 -> PoolExhausted
when neither has a key
  pool public 1
  a ports=80 -> 1
  b ports=443 -> PoolExhausted
with an empty key
  pool public 1
  a key= ports=80 -> 1
  b key= ports=443 -> PoolExhausted
with a port in common
  pool public 1
  a key=k ports=80,443 -> 1
  b key=k ports=443 -> PoolExhausted
with policy Local and other pods
  pool public 1
  a key=k ports=80 local=app:web -> 1
  b key=k ports=443 local=app:api -> PoolExhausted
with policy Local and policy Cluster
  pool public 1
  a key=k ports=80 local=app:web -> 1
  b key=k ports=443 -> PoolExhausted
in two namespaces
  pool public 1
  a key=k ports=80 -> 1
  shop/b key=k ports=443 -> PoolExhausted
asking for it with a port in common
  pool public 1-9
  a ip=5 key=k ports=80 -> 5
  b ip=5 key=k ports=80 -> AddressInUse
asking for it from another namespace
  pool public 1-9
  a ip=5 key=k ports=80 -> 5
  shop/b ip=5 key=k ports=443 -> AddressInUse
when a third that is there has the port
  pool public 1
  a key=k ports=80 -> 1
  b key=k ports=443 -> 1
  c key=k ports=8080,443 -> PoolExhausted
that is reserved meanwhile
  pool public 1-2
  a key=k ports=80 -> 1
then
  pool public 1-2 reserved=1
  a is 1 Retained
  b key=k ports=443 -> 2
`,
);

playOnce(
  'dual-stack Services that share',
  `
share both addresses
  pool public 4.1 6.1
  a requires=4,6 key=k ports=80 -> 4.1 6.1
  b requires=4,6 key=k ports=443 -> 4.1 6.1
share one with a Service of one family
  pool public 4.1 6.1
  a requires=4,6 key=k ports=80 -> 4.1 6.1
  b families=6 key=k ports=443 -> 6.1
get neither while one is in the way
  pool public 4.1 6.1
  a families=6 key=k ports=80 created=1 -> 6.1
  b requires=4,6 key=k ports=80 created=2 -> PoolExhausted
`,
);
