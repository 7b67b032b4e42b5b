import type { Service } from '../../../src/api/kubernetes/service.ts';
import type { IPFamily } from '../../../src/ip/family.ts';
import { type ServiceWish, service } from '../builders.ts';
import { type Addresses, labelsOf, type Words } from './script-words.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const CLUSTER_IPS: Readonly<Record<string, string>> = { 4: '10.0.0.1', 6: 'fd00::1', none: 'None', bad: 'x' };

/**
 * A Service of the family that the cases are run for. Words: `deleting`, `ip=5` (the annotation), `field=5`
 * (`spec.loadBalancerIP`), `pool=b`, `key=k`, `ports=80,UDP/53`, `local=app:web` (policy Local for these pods), `holds=5`,
 * `since=1`, `reason=Retained` (both of `berth.dev/Allocated`), `created=1`, `type=ClusterIP`, `class=x`, `labels=app:web`, `families=6,4` (`o`: the other), `prefers=4,6`, `requires=4,6` (dual
 * stack, with cluster IPs of these families), `cluster=4,6` (cluster IPs alone), `@name=value` (any annotation).
 */
export function serviceOf(name: string, words: Words, addresses: Addresses): Service {
  const wish: Mutable<ServiceWish> = {};
  const annotations: Record<string, string> = {};
  for (const word of words) {
    const [, attribute = word, value = ''] = /^([^=]+)=(.*)$/.exec(word) ?? [];
    const parts = value.split(',');
    if (attribute.startsWith('@')) annotations[attribute.slice(1)] = addresses.one(value);
    else if (attribute === 'deleting') wish.deleting = true;
    else if (attribute === 'ip') wish.ips = parts.map((part) => addresses.one(part)).join();
    else if (attribute === 'field') wish.loadBalancerIP = addresses.one(value);
    else if (attribute === 'holds') wish.holds = parts.map((part) => addresses.one(part));
    else if (attribute === 'pool' || attribute === 'key' || attribute === 'class') wish[attribute] = value;
    else if (attribute === 'since' || attribute === 'created') wish[attribute] = Number(value);
    else if (attribute === 'reason') wish.reason = value;
    else if (attribute === 'type') wish.type = value as 'ClusterIP' | 'NodePort';
    else if (attribute === 'ports') wish.ports = parts.map((part) => (part.includes('/') ? part : Number(part)));
    else if (attribute === 'labels' || attribute === 'local') wish[attribute] = labelsOf(value);
    else if (attribute === 'families') wish.families = parts.map((part) => familyOf(part, addresses));
    else if (attribute === 'cluster') wish.clusterIPs = parts.map(clusterIP);
    else if (attribute === 'prefers' || attribute === 'requires') {
      wish.policy = attribute === 'prefers' ? 'PreferDualStack' : 'RequireDualStack';
      wish.clusterIPs = parts.map(clusterIP);
    } else throw new Error(`a Service has no ${attribute}`);
  }
  const family = wish.clusterIPs === undefined ? { families: [addresses.family] } : {};
  return service(name, { ...family, ...wish, annotations });
}

function familyOf(word: string, { family }: Addresses): IPFamily {
  if (word === '4') return 'IPv4';
  if (word === '6') return 'IPv6';
  if (word === 'o') return family === 'IPv4' ? 'IPv6' : 'IPv4';
  throw new Error(`no family: ${word}`);
}

function clusterIP(word: string): string {
  const text = CLUSTER_IPS[word];
  if (text === undefined) throw new Error(`no cluster IP: ${word}`);
  return text;
}
