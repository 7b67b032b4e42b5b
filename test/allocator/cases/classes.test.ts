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
that is not ours and publishes an address is nothing to us
  pool public 1-9
  a class=other holds=1 -> nothing
  b -> 1
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
