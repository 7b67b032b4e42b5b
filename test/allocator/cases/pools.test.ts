import { playForBoth, playOnce } from './play.ts';

playForBoth(
  'a pool is',
  `
Ready when it is sound
  pool public 1-9
  pool public is Ready
Ready when it is disabled
  pool public 1-9 disabled
  pool public is Ready
Ready when it reserves an address twice
  pool public 1-9 reserved=1,1-2
  pool public is Ready
Ready when it reserves what it does not list
  pool public 1-5 reserved=9
  pool public is Ready
not Ready with an entry that cannot be read
  pool public 1-9 x
  pool public is InvalidAddresses
  web -> NoPools
not Ready with a reservation that cannot be read
  pool public 1-9 reserved=x
  pool public is InvalidAddresses
  web -> NoPools
not Ready when it lists an address twice
  pool public 1-5 5-9
  pool public is InvalidAddresses
  web -> NoPools
not Ready when a range runs backwards
  pool public 9-1
  pool public is InvalidAddresses
  web -> NoPools
not Ready while it is being deleted
  pool public 1-9 deleting
  pool public is Deleting
  web -> NoPools
at fault for overlapping an older one
  pool a 1-5 created=1
  pool b 5-9 created=2
  pool a is Ready
  pool b is OverlapsPool
at fault for overlapping one that was Ready, where none has a creation time
  pool a 1-9
  pool b 1-9 was=Ready formerly=1-9
  pool a is OverlapsPool
  web -> 1
then
  pool a 1-9 was=NotReady
  pool a is OverlapsPool
at fault for overlapping one that was Ready, made in the same second
  pool a 1-9 created=1
  pool b 1-9 created=1 was=Ready formerly=1-9
  pool a is OverlapsPool
at fault for having grown into another, where none has a creation time
  pool a 1-9 was=Ready formerly=1-4
  pool b 5-9 was=Ready formerly=5-9
  pool a is OverlapsPool
at fault for overlapping an older one, though it was Ready
  pool a 1-9 created=1
  pool b 1-9 created=2 was=Ready formerly=1-9
  pool b is OverlapsPool
at fault for overlapping an older one, whatever its name
  pool a 1-5 created=2
  pool b 5-9 created=1
  pool a is OverlapsPool
  pool b is Ready
at fault for overlapping one that is earlier by name, for want of times
  pool a 1-5
  pool b 5-9
  pool a is Ready
  pool b is OverlapsPool
at fault for overlapping one that has a creation time, if it has none
  pool a 1-5
  pool b 5-9 created=1
  pool a is OverlapsPool
  pool b is Ready
not at fault for overlapping one that is being deleted
  pool old 1-9 created=1 deleting
  pool public 1-9 created=2
  pool public is Ready
  web -> 1
not at fault for overlapping one that cannot be read
  pool old 1-9 x created=1
  pool public 1-9 created=2
  pool public is Ready
  web -> 1
not at fault for overlapping one that is at fault itself
  pool a 1-3 created=1
  pool b 3-6 created=2
  pool c 6-9 created=3
  pool a is Ready
  pool b is OverlapsPool
  pool c is Ready
Ready again when what it overlapped is gone
  pool a 1-5 created=1
  pool b 5-9 created=2
  pool b is OverlapsPool
then
  no pool a
  pool b is Ready
  web -> 5
no obstacle to the others when it is at fault
  pool a x
  pool b 1
  web -> 1
`,
);

playOnce(
  'pools of two families',
  `
never overlap
  pool a 0.0.0.0/0
  pool b ::/0
  pool a is Ready
  pool b is Ready
may not be mixed in one range
  pool a 192.0.2.1-2001:db8::1
  pool a is InvalidAddresses
`,
);

playForBoth(
  'an address that belongs to a node',
  `
is passed over
  never 1
  pool public 1-2
  a -> 2
  b -> PoolExhausted
is refused to one that asks for it
  never 1
  pool public 1-2
  a ip=1 -> AddressReserved
stays with its holder
  never 1
  pool public 1
  a holds=1 -> 1 Retained
is nobody’s when its holder gives it back
  never 1
  pool public 1
  a holds=1 -> 1 Retained
then
  no a
  b -> PoolExhausted
does not count
  never 1-3
  pool public 1-9
  pool public has 6
`,
);
