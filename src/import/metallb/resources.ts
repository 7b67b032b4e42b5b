import { BFDProfileKind } from '../../api/bfd-profile.ts';
import { BGPAdvertisementKind } from '../../api/bgp-advertisement.ts';
import { BGPPeerKind } from '../../api/bgp-peer.ts';
import { CommunityKind } from '../../api/community.ts';
import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import { L2AdvertisementKind } from '../../api/l2-advertisement.ts';
import type { KubernetesObject, ObjectMeta } from '../../api/object.ts';
import type { CustomKind } from '../../api/schema/custom-kind.ts';
import { type FieldTable, translateSpec } from '../field-table.ts';
import type { Imported, Manifest, Remark } from '../imported.ts';
import { BFD_FIELDS, COMMUNITY_FIELDS, L2_FIELDS, PEER_FIELDS, POOL_FIELDS, ROUTE_FIELDS } from './field-tables.ts';
import type {
  AddressPoolSpec,
  BFDProfileSpec,
  BGPAdvertisementSpec,
  CommunitySpec,
  L2AdvertisementSpec,
  PeerSpec,
  PoolSpec,
} from './schemas.ts';

/** What an object is called, and which labels it has, wherever it was written. */
type Named = Pick<ObjectMeta, 'name' | 'labels' | 'annotations'>;

/** How the source calls the field that our object has under a path: see {@link Imported.sourceOf}. */
type SourceOf = (field: string) => string;

const AS_OURS: SourceOf = (field) => field;

/** Annotations that tell a tool what it has applied: of the new object they would be untrue. */
const OF_TOOLS = ['kubectl.kubernetes.io/', 'meta.helm.sh/', 'argocd.argoproj.io/'];

export function pool(metadata: Named, spec: PoolSpec, sourceOf = AS_OURS): Imported {
  const made = make(IPAddressPoolKind, metadata, spec, POOL_FIELDS, sourceOf);
  return withDefault(made, 'sharing', 'Cluster', SHARING);
}

const SHARING =
  'sharing: Cluster is added: a key of allow-shared-ip reaches across namespaces in MetalLB; take it out where no address is shared so';

export function l2Advertisement(metadata: Named, spec: L2AdvertisementSpec, sourceOf = AS_OURS): Imported {
  const made = make(L2AdvertisementKind, metadata, spec, L2_FIELDS, sourceOf);
  return withDefault(made, 'offSubnet', 'Announce', OFF_SUBNET);
}

const OFF_SUBNET =
  'offSubnet: Announce is added: MetalLB announces addresses outside the subnets of the nodes too; take it out where there are none';

export function bgpAdvertisement(metadata: Named, spec: BGPAdvertisementSpec, sourceOf = AS_OURS): Imported {
  return make(BGPAdvertisementKind, metadata, spec, ROUTE_FIELDS, sourceOf);
}

export function peer(metadata: Named, spec: PeerSpec, sourceOf = AS_OURS): Imported {
  return make(BGPPeerKind, metadata, spec, PEER_FIELDS, sourceOf);
}

export function bfdProfile(metadata: Named, spec: BFDProfileSpec, sourceOf = AS_OURS): Imported {
  return make(BFDProfileKind, metadata, spec, BFD_FIELDS, sourceOf);
}

export function community(metadata: Named, spec: CommunitySpec, sourceOf = AS_OURS): Imported {
  return make(CommunityKind, metadata, spec, COMMUNITY_FIELDS, sourceOf);
}

/**
 * A pool of MetalLB before 0.13 as ours, with the advertisements that its protocol stands for.
 *
 * @param sourceOf how the source calls a field of the AddressPool
 */
export function addressPool(
  metadata: Named,
  { protocol, bgpAdvertisements, ...rest }: AddressPoolSpec,
  sourceOf = AS_OURS,
): readonly Imported[] {
  const { name } = metadata;
  const given = pool(metadata, rest, sourceOf);
  const only = { ipAddressPools: [name] };
  if (protocol === 'layer2') return [given, l2Advertisement({ name }, only, () => sourceOf('spec.protocol'))];
  const routes = bgpAdvertisements?.length ? bgpAdvertisements : [{}];
  const advertisements = routes.map((route, index) => {
    const routeField: SourceOf = (field) =>
      sourceOf(
        field.startsWith('spec.') ? field.replace(/^spec/, `spec.bgpAdvertisements[${index}]`) : 'spec.protocol',
      );
    const called = index === 0 ? name : `${name}-${index + 1}`;
    return bgpAdvertisement({ name: called }, { ...route, ...only }, routeField);
  });
  return [given, ...advertisements];
}

function make<S extends object>(
  kind: CustomKind<KubernetesObject>,
  { name, labels, annotations }: Named,
  spec: S,
  table: FieldTable<S>,
  sourceOf: SourceOf,
): Imported {
  const { spec: ours, remarks } = translateSpec(spec, table, sourceOf);
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !OF_TOOLS.some((tool) => key.startsWith(tool)));
  const manifest: Manifest = {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: {
      name,
      ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
      ...(kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {}),
    },
    spec: ours,
  };
  return { kind, manifest, remarks, sourceOf };
}

/** Adds what our default differs in from what MetalLB does. */
function withDefault(made: Imported, field: string, value: unknown, message: string): Imported {
  const { manifest, remarks } = made;
  const remark: Remark = { field: '', message };
  return {
    ...made,
    manifest: { ...manifest, spec: { ...manifest.spec, [field]: value } },
    remarks: [...remarks, remark],
  };
}
