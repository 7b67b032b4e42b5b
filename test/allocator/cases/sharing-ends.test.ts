import { playForBoth } from './play.ts';

playForBoth(
  'an address that is shared',
  `
is free when the last of its holders goes
  pool public 1
  a key=k ports=80 created=1 -> 1
  b key=k ports=443 created=2 -> 1
  c created=3 -> PoolExhausted
then
  no a
  c is PoolExhausted
then
  no b
  c is 1
serves another on the port that one gives up
  pool public 1
  a key=k ports=80 created=1 -> 1
  b key=k ports=443 created=2 -> 1
  c key=k ports=80 created=3 -> PoolExhausted
then
  no a
  c is 1
is joined as soon as the holder takes the key
  pool public 1
  a ports=80 created=1 -> 1
  b key=k ports=443 created=2 -> PoolExhausted
then
  a key=k ports=80 created=1 -> 1
  b is 1
is joined as soon as the holder takes another port
  pool public 1
  a key=k ports=443 created=1 -> 1
  b key=k ports=443 created=2 -> PoolExhausted
then
  a key=k ports=80 created=1 -> 1
  b is 1
is joined as soon as the holder takes policy Cluster
  pool public 1
  a key=k ports=80 local=app:web created=1 -> 1
  b key=k ports=443 created=2 -> PoolExhausted
then
  a key=k ports=80 created=1 -> 1
  b is 1
is joined as soon as the one that waits takes the key
  pool public 1
  a key=k ports=80 created=1 -> 1
  b ports=443 created=2 -> PoolExhausted
then
  b key=k ports=443 created=2 -> 1
is joined as soon as the pool says Cluster
  pool public 1
  a key=k ports=80 created=1 -> 1
  shop/b key=k ports=443 created=2 -> PoolExhausted
then
  pool public 1 cluster
  shop/b is 1
stays shared when the pool says Cluster no more, and nobody else may join
  pool public 1-9 cluster
  a/web key=k ports=80 -> 1
  b/web key=k ports=443 -> 1
then
  pool public 1-9
  c/web key=k ports=53 -> 2
stays shared when its pool no longer offers it
  pool public 1-9
  a key=k ports=80 -> 1
  b key=k ports=443 -> 1
then
  pool public 2-9
  a is 1 Retained
  b is 1 Retained
  pool public retains 1:a 1:b
counts once
  pool public 1-9
  a key=k ports=80 -> 1
  b key=k ports=443 -> 1
  pool public has 8
stays with a sole holder that changes its key
  pool public 1-9
  a key=k ports=80 -> 1
then
  a key=l ports=80 -> 1
stays with both when they change their key at once
  pool public 1-9
  a key=k ports=80 ip=5 -> 5
  b key=k ports=443 ip=5 -> 5
then
  a key=l ports=80 -> 5
  b key=l ports=443 -> 5
stays with both when they swap their ports at once
  pool public 1-9
  a key=k ports=80 ip=5 -> 5
  b key=k ports=443 ip=5 -> 5
then
  a key=k ports=443 -> 5
  b key=k ports=80 -> 5
`,
);

playForBoth(
  'of two that share no longer',
  `
the one moves that has been allocated for less long
  pool public 1-9
  a key=k ports=80 since=2 -> 1
  b key=k ports=443 since=1 -> 1
then
  a key=l ports=80 since=2 -> 2
  b is 1
the other moves, though it has done nothing, if the one that withdraws is the older holder
  pool public 1-9
  a key=k ports=80 since=1 -> 1
  b key=k ports=443 since=2 -> 1
then
  a ports=80 since=1 -> 1
  b is 2
the one moves that was created later, for want of conditions
  pool public 1-9
  a key=k ports=80 created=2 -> 1
  b key=k ports=443 created=1 -> 1
then
  a key=k ports=80,443 created=2 -> 2
  b is 1
the one moves that is later by name, for want of times
  pool public 1-9
  a key=k ports=80 -> 1
  b key=k ports=443 -> 1
then
  a key=k ports=80 local=app:x -> 1
  b is 2
the one waits that finds no other address
  pool public 1
  a key=k ports=80 -> 1
  b key=k ports=443 -> 1
then
  b ports=443 -> PoolExhausted
a third stays that shares with the first
  pool public 1-9
  a key=k ports=80 created=1 -> 1
  b key=k ports=443 created=2 -> 1
  c key=k ports=53 created=3 -> 1
then
  b key=l ports=443 created=2 -> 2
all others go from the first, and share another
  pool public 1-9
  a key=k ports=80 created=1 -> 1
  b key=k ports=443 created=2 -> 1
  c key=k ports=53 created=3 -> 1
then
  a key=l ports=80 created=1 -> 1
  b is 2
  c is 2
`,
);
