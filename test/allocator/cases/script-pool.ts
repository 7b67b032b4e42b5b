import type { IPAddressPool } from '../../../src/api/ip-address-pool.ts';
import { type PoolWish, pool } from '../builders.ts';
import { type Addresses, labelsOf, type Words } from './script-words.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Allocation = NonNullable<PoolWish['serviceAllocation']>;

const FLAGS: Readonly<Record<string, PoolWish>> = {
  noauto: { autoAssign: false },
  disabled: { disabled: true },
  deleting: { deleting: true },
  evict: { reclaimPolicy: 'Evict' },
  cluster: { sharing: 'Cluster' },
  avoid: { avoidBuggyIPs: true },
  pinned: { serviceAllocation: {} },
};

/**
 * A pool. Words are addresses, or: `noauto`, `disabled`, `deleting`, `evict`, `cluster` (sharing), `avoid` (buggy addresses),
 * `pinned` (an empty serviceAllocation), `reserved=1,3-4`, `priority=10`, `ns=a,b`, `nsLabels=tier:gold`, `labels=app:web`
 * (of Services; `|` between selectors), `created=3`, `retained=5:web`, `formerly=1-9`,
 * `was=Ready`, `was=NotReady` (by its status).
 */
export function poolOf(name: string, words: Words, addresses: Addresses): IPAddressPool {
  const ranges: string[] = [];
  let wish: Mutable<PoolWish> = {};
  const allocation: Mutable<Allocation> = {};
  for (const word of words) {
    const [, attribute, value = ''] = /^(\w+)=(.*)$/.exec(word) ?? [];
    if (attribute === undefined) {
      if (FLAGS[word] === undefined) ranges.push(addresses.range(word));
      else wish = { ...wish, ...FLAGS[word] };
    } else if (attribute === 'reserved') wish.reserved = value.split(',').map((part) => addresses.range(part));
    else if (attribute === 'created') wish.created = Number(value);
    else if (attribute === 'retained') wish.retained = value.split(',').map((part) => retainedOf(part, addresses));
    else if (attribute === 'was') wish.was = value as 'Ready' | 'NotReady';
    else if (attribute === 'formerly') wish.formerly = value.split(',').map((part) => addresses.range(part));
    else if (attribute === 'priority') allocation.priority = Number(value);
    else if (attribute === 'ns') allocation.namespaces = value.split(',');
    else if (attribute === 'nsLabels') allocation.namespaceSelectors = selectorsOf(value);
    else if (attribute === 'labels') allocation.serviceSelectors = selectorsOf(value);
    else throw new Error(`a pool has no ${attribute}`);
  }
  if (Object.keys(allocation).length > 0) wish.serviceAllocation = allocation;
  return pool(name, ranges, wish);
}

function selectorsOf(text: string): { matchLabels: Readonly<Record<string, string>> }[] {
  return text.split('|').map((part) => ({ matchLabels: labelsOf(part) }));
}

function retainedOf(text: string, addresses: Addresses): string {
  const [address = '', service = ''] = text.split(':');
  return `${addresses.one(address)} default/${service}`;
}
