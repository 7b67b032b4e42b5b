import { playForBoth } from './play.ts';

playForBoth(
  'where no class is served, a Service',
  `
without a class is ours
  pool public 1-9
  web -> 1
of a class is not
  pool public 1-9
  web class=other -> nothing
of another type is not
  pool public 1-9
  web type=ClusterIP -> nothing
  b type=NodePort -> nothing
becomes ours when its type says so
  pool public 1-9
  web type=ClusterIP -> nothing
then
  web -> 1
that is not ours keeps what it publishes
  pool public 1-9
  a class=other holds=1 -> nothing
  b -> 2
  pool public has 7
that is not ours keeps what it publishes, though its address is asked for
  pool public 1-9
  a class=other holds=5 -> nothing
  b ip=5 -> AddressInUse
that is not ours shares with nobody, whatever it says
  pool public 1-9 cluster
  a class=other holds=5 key=k ports=80 -> nothing
  b ip=5 key=k ports=81 -> AddressInUse
  c key=k ports=81 -> 1
that is not ours and of another type publishes nothing
  pool public 1-9
  a type=ClusterIP holds=1 -> nothing
  b -> 1
that is not ours frees its address when it publishes it no more
  pool public 1
  a class=other holds=1 -> nothing
  b -> PoolExhausted
then
  a class=other -> nothing
  b is 1
that is not ours frees its address when it is gone
  pool public 1
  a class=other holds=1 -> nothing
  b -> PoolExhausted
then
  no a
  b is 1
that is not ours frees its address when it is no LoadBalancer any more
  pool public 1
  a class=other holds=1 -> nothing
  b -> PoolExhausted
then
  a type=ClusterIP holds=1 -> nothing
  b is 1
that is not ours may move, and what it had is free
  pool public 1-3
  a class=other holds=1 -> nothing
  b -> 2
then
  a class=other holds=3 -> nothing
  c -> 1
  b is 2
that becomes ours holds what it publishes
  pool public 1-9
  a class=other holds=5 -> nothing
then
  a holds=5 -> 5
  b ip=5 -> AddressInUse
that is ours no more keeps what it publishes
  pool public 1-9
  a ip=5 -> 5
then
  a class=other holds=5 -> nothing
  b ip=5 -> AddressInUse
that is not ours takes nothing from a holder of ours that was there before
  pool public 1-9
  a holds=5 since=1 -> 5
  b class=other holds=5 since=2 -> nothing
that is not ours takes nothing from a holder of ours, not knowing since when it has it
  pool public 1-9
  a holds=5 since=1 -> 5
then
  b class=other holds=5 -> nothing
  a is 5
that is not ours keeps what it had before one of ours
  pool public 1-9
  a holds=5 since=2 -> 1
  b class=other holds=5 since=1 -> nothing
that is not ours and comes to light later keeps what it had before one of ours
  pool public 1-9
  a holds=5 since=2 -> 5
then
  b class=other holds=5 since=1 -> nothing
  a is 1
that is not ours holds up no pool that is being deleted
  pool public 1-9 deleting
  a class=other holds=5 -> nothing
  web -> NoPools
  pool public retains -
that is not ours is not evicted
  pool public 1-9
  a class=other holds=1 -> nothing
then
  pool public 1-9 deleting evict
  pool next 1-9
  web -> 2
`,
);

playForBoth(
  'where a class is served, a Service',
  `
of that class is ours
  pool public 1-9
  web class=berth -> 1
without a class is not
  pool public 1-9
  web -> nothing
without a class keeps what it publishes
  pool public 1-9
  web holds=1 -> nothing
  next class=berth -> 2
  named class=berth ip=1 -> AddressInUse
of another class is not
  pool public 1-9
  web class=other -> nothing
of that class loses its address when it is no LoadBalancer any more
  pool public 1
  web class=berth created=1 -> 1
  next class=berth created=2 -> PoolExhausted
then
  web type=ClusterIP -> nothing
  next is 1
`,
  { loadBalancerClass: 'berth' },
);

playForBoth(
  'where only named addresses are given, a Service',
  `
that names its address gets it
  pool public 1-9
  web ip=5 -> 5
that names none waits
  pool public 1-9
  web -> AddressNotNamed
that names a pool waits
  pool public 1-9
  web pool=public -> AddressNotNamed
that names none keeps what it holds
  pool public 1-9
  web holds=5 -> 5
that names none keeps what it holds of no pool
  pool public 1-9
  web holds=0 -> 0 Retained
that names another address gets that
  pool public 1-9
  web holds=5 ip=6 -> 6
that names none is not given the other family
  pool public 4.1-9 6.1-9
  web prefers=4,6 holds=4.5 -> 4.5
`,
  { namedOnly: true },
);
