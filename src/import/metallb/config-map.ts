import * as z from 'zod';
import { objectMeta } from '../../api/fields/metadata.ts';
import type { FieldFault, Kind } from '../../api/kind.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { defineKind } from '../../api/schema/define-kind.ts';
import { faultsOf, messageOf } from '../../api/schema/faults.ts';
import type { Imported, Remark } from '../imported.ts';
import { faultsOfImported } from './kinds.ts';
import { addressPool, bfdProfile, community, peer } from './resources.ts';
import type { AddressPoolSpec, BFDProfileSpec, PeerSpec } from './schemas.ts';

// The configuration of MetalLB before 0.13: one YAML text in a ConfigMap.
const text = z.string().optional();
const flag = z.boolean().optional();
const number = z.int().optional();

const peerEntry = z.strictObject({
  'my-asn': number,
  'peer-asn': number,
  'peer-address': text,
  'source-address': text,
  'peer-port': number,
  'hold-time': text,
  'keepalive-time': text,
  'router-id': text,
  'node-selectors': z
    .array(
      z.strictObject({
        'match-labels': z.record(z.string(), z.string()).optional(),
        'match-expressions': z
          .array(z.strictObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
          .optional(),
      }),
    )
    .optional(),
  password: text,
  'bfd-profile': text,
  'ebgp-multihop': flag,
});

const poolEntry = z.strictObject({
  name: z.string().min(1),
  protocol: z.enum(['layer2', 'bgp']),
  addresses: z.array(z.string()),
  'avoid-buggy-ips': flag,
  'auto-assign': flag,
  'bgp-advertisements': z
    .array(
      z.strictObject({
        'aggregation-length': number,
        'aggregation-length-v6': number,
        localpref: number,
        communities: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

const profileEntry = z.strictObject({
  name: z.string().min(1),
  'receive-interval': number,
  'transmit-interval': number,
  'detect-multiplier': number,
  'echo-interval': number,
  'echo-mode': flag,
  'passive-mode': flag,
  'minimum-ttl': number,
});

const configuration = z.strictObject({
  peers: z.array(peerEntry).optional(),
  'bgp-communities': z.record(z.string(), z.string()).optional(),
  'address-pools': z.array(poolEntry).optional(),
  'bfd-profiles': z.array(profileEntry).optional(),
});

const configMap = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ConfigMap'),
  metadata: objectMeta,
  data: z.record(z.string(), z.string()).optional(),
});

/** Settings of a program, as text (core/v1). */
export const ConfigMapKind: Kind<KubernetesObject & { readonly data?: Readonly<Record<string, string>> | undefined }> =
  defineKind({ apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }, configMap);

/** The name of the ConfigMap that MetalLB read, and of the key in it. */
export const CONFIG_MAP = 'config';

/** What a configuration says in our kinds; or every fault of it, by its fields such as `address-pools[0].name`. */
export type ImportedConfiguration =
  | { readonly ok: true; readonly imported: readonly Imported[] }
  | { readonly ok: false; readonly faults: readonly FieldFault[] };

/** Translates what stands in the ConfigMap under `config`. @param value the YAML text as a value; null for none */
export function importConfiguration(value: unknown): ImportedConfiguration {
  const parsed = configuration.safeParse(value ?? {}, { error: messageOf });
  if (!parsed.success) {
    // An entry at fault says nothing of the others: what is wrong with those is told beside it.
    const refused = faultsOfImported(importWholeEntries(value));
    return { ok: false, faults: [...faultsOf(parsed.error, configuration), ...refused] };
  }
  const { peers = [], 'address-pools': pools = [], 'bfd-profiles': profiles = [] } = parsed.data;
  const communities = Object.entries(parsed.data['bgp-communities'] ?? {});
  const imported = [
    ...pools.flatMap((entry, index) => importPool(entry, `address-pools[${index}]`)),
    ...profiles.map((entry, index) => importProfile(entry, `bfd-profiles[${index}]`)),
    ...peers.map((entry, index) => importPeer(entry, index)),
    ...(communities.length > 0 ? [importCommunities(communities)] : []),
  ];
  const faults = faultsOfImported(imported);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, imported };
}

/** What those entries say that are as they should be. */
function importWholeEntries(value: unknown): readonly Imported[] {
  const lists = z.record(z.string(), z.unknown()).safeParse(value).data ?? {};
  const each = <S extends z.ZodType>(
    list: string,
    schema: S,
    make: (entry: z.output<S>, index: number) => Imported[],
  ) =>
    (z.array(z.unknown()).safeParse(lists[list]).data ?? []).flatMap((entry, index) => {
      const parsed = schema.safeParse(entry);
      return parsed.success ? make(parsed.data, index) : [];
    });
  return [
    ...each('address-pools', poolEntry, (entry, index) => [...importPool(entry, `address-pools[${index}]`)]),
    ...each('bfd-profiles', profileEntry, (entry, index) => [importProfile(entry, `bfd-profiles[${index}]`)]),
    ...each('peers', peerEntry, (entry, index) => [importPeer(entry, index)]),
  ];
}

function importPool(
  { name, protocol, addresses, ...rest }: z.output<typeof poolEntry>,
  at: string,
): readonly Imported[] {
  const routes = rest['bgp-advertisements']?.map((route) => ({
    aggregationLength: route['aggregation-length'],
    aggregationLengthV6: route['aggregation-length-v6'],
    localPref: route.localpref,
    communities: route.communities,
  }));
  const spec: AddressPoolSpec = {
    protocol,
    addresses,
    autoAssign: rest['auto-assign'],
    avoidBuggyIPs: rest['avoid-buggy-ips'],
    bgpAdvertisements: routes,
  };
  const [pool, ...advertisements] = addressPool({ name: validName(name) }, spec, sourceAt(at));
  return pool === undefined ? [] : [renamed(pool, name, `${at}.name`), ...advertisements];
}

function importProfile({ name, ...rest }: z.output<typeof profileEntry>, at: string): Imported {
  const spec: BFDProfileSpec = {
    receiveInterval: rest['receive-interval'],
    transmitInterval: rest['transmit-interval'],
    detectMultiplier: rest['detect-multiplier'],
    echoInterval: rest['echo-interval'],
    echoMode: rest['echo-mode'],
    passiveMode: rest['passive-mode'],
    minimumTtl: rest['minimum-ttl'],
  };
  return renamed(bfdProfile({ name: validName(name) }, spec, sourceAt(at)), name, `${at}.name`);
}

function importPeer(entry: z.output<typeof peerEntry>, index: number): Imported {
  const profile = entry['bfd-profile'];
  const spec = {
    myASN: entry['my-asn'],
    peerASN: entry['peer-asn'],
    peerAddress: entry['peer-address'],
    sourceAddress: entry['source-address'],
    peerPort: entry['peer-port'],
    holdTime: entry['hold-time'],
    keepaliveTime: entry['keepalive-time'],
    routerID: entry['router-id'],
    nodeSelectors: entry['node-selectors']?.map((selector) => ({
      ...(selector['match-labels'] === undefined ? {} : { matchLabels: selector['match-labels'] }),
      ...(selector['match-expressions'] === undefined ? {} : { matchExpressions: selector['match-expressions'] }),
    })) as PeerSpec['nodeSelectors'],
    password: entry.password,
    bfdProfile: profile === undefined ? undefined : validName(profile),
    ebgpMultiHop: entry['ebgp-multihop'],
  };
  // The peers had no names: these are those of MetalLB's own converter.
  return peer({ name: `peer${index + 1}` }, spec, sourceAt(`peers[${index}]`));
}

function importCommunities(entries: readonly (readonly [string, string])[]): Imported {
  const communities = entries.map(([name, value]) => ({ name, value }));
  const sourceOf = (field: string) => {
    const index = Number(/^spec\.communities\[(\d+)\]/.exec(field)?.[1]);
    return `bgp-communities[${entries[index]?.[0] ?? ''}]`;
  };
  return community({ name: 'communities' }, { communities }, sourceOf);
}

/** How a field of our object is called in an entry of the configuration. */
function sourceAt(entry: string): (field: string) => string {
  return (field) => {
    if (!field.startsWith('spec.')) return `${entry}.name`;
    return [entry, ...field.split('.').slice(1).map(oldField)].join('.');
  };
}

/** `holdTime` as it was written then: `hold-time`. An index after it stays. */
function oldField(name: string): string {
  return OLD_FIELDS[name] ?? name.replaceAll(/[A-Z]+(?![a-z])|[A-Z]/g, (letters) => `-${letters.toLowerCase()}`);
}

/** Those whose words were cut elsewhere. */
const OLD_FIELDS: Readonly<Record<string, string>> = {
  avoidBuggyIPs: 'avoid-buggy-ips',
  localPref: 'localpref',
  ebgpMultiHop: 'ebgp-multihop',
};

/** The name of a Kubernetes object that is nearest: a name in the ConfigMap could be any text. */
function validName(name: string): string {
  const valid = name.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '-');
  return valid.replaceAll(/^[-.]+|[-.]+$/g, '');
}

function renamed(imported: Imported, name: string, field: string): Imported {
  const { name: valid } = imported.manifest.metadata;
  if (valid === name) return imported;
  const message = `"${name}" is no name of a Kubernetes object: it is called ${valid} now, and Services that name it by an annotation have to be changed`;
  const remark: Remark = { field, message };
  return { ...imported, remarks: [remark, ...imported.remarks] };
}
