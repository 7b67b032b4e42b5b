import { playForBoth } from './play.ts';

playForBoth(
  'pools are tried',
  `
by name
  pool b 1
  pool a 2
  web -> 2
by priority before name
  pool a 1 priority=20
  pool b 2 priority=10
  web -> 2
by name within one priority
  pool b 1 priority=10
  pool a 2 priority=10
  web -> 2
with priority 0 last
  pool a 1 priority=0
  pool b 2 priority=99
  web -> 2
with no priority last
  pool a 1 pinned
  pool b 2 priority=99
  web -> 2
with priority 0 and with none alike
  pool b 1 pinned
  pool a 2 priority=0
  web -> 2
with a serviceAllocation before those without
  pool a 1
  pool b 2 ns=default
  web -> 2
without a serviceAllocation when the others are full
  pool a 1
  pool b 2 ns=default reserved=2
  web -> 1
one of the next priority when the first is full
  pool a 1 priority=10
  pool b 2 priority=20
  w1 -> 1
  w2 -> 2
past one that is disabled
  pool a 1 disabled
  pool b 2
  web -> 2
past one with autoAssign off
  pool a 1 noauto
  pool b 2
  web -> 2
past one with autoAssign off, though it selects the Service
  pool a 1 noauto ns=default priority=1
  pool b 2
  web -> 2
past one that is being deleted
  pool a 1 deleting
  pool b 2
  web -> 2
past one that is not Ready
  pool a x 1
  pool b 2
  web -> 2
past one that is full
  pool a 1 reserved=1
  pool b 2
  web -> 2
past one that lacks the family
  pool a o.1
  pool b 2
  web -> 2
past one that selects others
  pool a 1 ns=shop
  pool b 2
  web -> 2
`,
);

playForBoth(
  'a pool selects',
  `
a namespace that it names
  pool public 1 ns=shop,cart
  shop/web -> 1
no namespace that it does not name
  pool public 1 ns=cart
  shop/web -> NoMatchingPool
a namespace with the labels
  namespace shop tier:gold
  pool public 1 nsLabels=tier:gold
  shop/web -> 1
a namespace that has more labels
  namespace shop tier:gold,zone:a
  pool public 1 nsLabels=tier:gold
  shop/web -> 1
no namespace with other labels
  namespace shop tier:gold
  pool public 1 nsLabels=tier:low
  shop/web -> NoMatchingPool
no namespace of which nothing is known
  pool public 1 nsLabels=tier:gold
  nowhere/web -> NoMatchingPool
a namespace by any selector of the list
  namespace shop tier:gold
  pool public 1 nsLabels=tier:low|tier:gold
  shop/web -> 1
a namespace by its name, though not by its labels
  namespace shop tier:low
  pool public 1 ns=shop nsLabels=tier:gold
  shop/web -> 1
a namespace by its labels, though not by its name
  namespace shop tier:gold
  pool public 1 ns=cart nsLabels=tier:gold
  shop/web -> 1
a Service with the labels
  pool public 1 labels=app:web
  web labels=app:web,v:1 -> 1
no Service with other labels
  pool public 1 labels=app:dns
  web labels=app:web -> NoMatchingPool
no Service without labels
  pool public 1 labels=app:dns
  web -> NoMatchingPool
a Service by any selector of the list
  pool public 1 labels=app:dns|app:web
  web labels=app:web -> 1
no Service by half a selector
  pool public 1 labels=app:web,v:2
  web labels=app:web,v:1 -> NoMatchingPool
no Service of another namespace, whatever its labels
  pool public 1 ns=cart labels=app:web
  shop/web labels=app:web -> NoMatchingPool
no Service with other labels, whatever its namespace
  pool public 1 ns=shop labels=app:dns
  shop/web labels=app:web -> NoMatchingPool
a Service by namespace and labels together
  pool public 1 ns=shop labels=app:web
  shop/web labels=app:web -> 1
every Service where it says nothing of either
  pool public 1 pinned
  shop/web -> 1
a Service that takes the labels later
  pool public 1 labels=app:web
  web -> NoMatchingPool
then
  web labels=app:web -> 1
a namespace that takes the labels later
  namespace shop tier:low
  pool public 1 nsLabels=tier:gold
  shop/web -> NoMatchingPool
then
  namespace shop tier:gold
  shop/web is 1
`,
);
