import * as z from 'zod';
import { objectMeta } from '../../api/fields/metadata.ts';
import type { FieldFault, Kind, Parsed } from '../../api/kind.ts';
import type { KubernetesObject, ObjectMeta } from '../../api/object.ts';
import { defineKind } from '../../api/schema/define-kind.ts';
import type { Imported } from '../imported.ts';
import { addressPool, bfdProfile, bgpAdvertisement, community, l2Advertisement, peer, pool } from './resources.ts';
import {
  addressPoolSpec,
  bfdProfileSpec,
  bgpAdvertisementSpec,
  communitySpec,
  l2AdvertisementSpec,
  olderPeerSpec,
  peerSpec,
  poolSpec,
} from './schemas.ts';

/** The API group of MetalLB. */
export const METALLB_GROUP = 'metallb.io';

/** A kind of MetalLB: its check refuses what MetalLB does not know, and what our kind refuses of its translation. */
export interface SourceKind extends Kind<KubernetesObject> {
  /** @param object what `parse` gave */
  translate(object: KubernetesObject): readonly Imported[];
}

/** The kinds of MetalLB that say something: every version that there has been. The newer one of two comes first. */
export const METALLB_KINDS: readonly SourceKind[] = [
  source('v1beta1', 'IPAddressPool', 'ipaddresspools', poolSpec, (metadata, spec) => [pool(metadata, spec)]),
  source('v1beta1', 'L2Advertisement', 'l2advertisements', l2AdvertisementSpec, (metadata, spec) => [
    l2Advertisement(metadata, spec),
  ]),
  source('v1beta1', 'BGPAdvertisement', 'bgpadvertisements', bgpAdvertisementSpec, (metadata, spec) => [
    bgpAdvertisement(metadata, spec),
  ]),
  source('v1beta2', 'BGPPeer', 'bgppeers', peerSpec, (metadata, spec) => [peer(metadata, spec)]),
  source('v1beta1', 'BGPPeer', 'bgppeers', olderPeerSpec, (metadata, spec) => [peer(metadata, spec)]),
  source('v1beta1', 'BFDProfile', 'bfdprofiles', bfdProfileSpec, (metadata, spec) => [bfdProfile(metadata, spec)]),
  source('v1beta1', 'Community', 'communities', communitySpec, (metadata, spec) => [community(metadata, spec)]),
  source('v1beta1', 'AddressPool', 'addresspools', addressPoolSpec, addressPoolOf),
  source('v1alpha1', 'AddressPool', 'addresspools', addressPoolSpec, addressPoolOf),
];

/** In which MetalLB tells how things are, or its operator is told to install it: there is nothing in them to translate. */
const SILENT_KINDS = ['ServiceL2Status', 'ServiceBGPStatus', 'BGPSessionStatus', 'ConfigurationState', 'MetalLB'];

/** What is wrong with an object of MetalLB's group whose version or kind nobody here knows; undefined where nothing is. */
export function unknownKindFault(apiVersion: string, kind: string): FieldFault | undefined {
  const [group, version] = apiVersion.split('/');
  if (group !== METALLB_GROUP || SILENT_KINDS.includes(kind)) return undefined;
  const versions = METALLB_KINDS.filter((each) => each.kind === kind).map((each) => each.apiVersion.split('/')[1]);
  if (versions.length > 0) {
    const message = `${version} is no version of ${kind} that is known here: known are ${versions.join(' and ')}`;
    return { field: 'apiVersion', message };
  }
  return {
    field: 'kind',
    message: `${kind} is no kind of MetalLB that is known here: take the object out of the input`,
  };
}

function addressPoolOf(metadata: ObjectMeta, spec: z.output<typeof addressPoolSpec>) {
  return addressPool(metadata, spec);
}

function source<S extends z.ZodObject>(
  version: string,
  kind: string,
  plural: string,
  spec: S,
  make: (metadata: ObjectMeta, spec: z.output<S>) => readonly Imported[],
): SourceKind {
  const apiVersion = `${METALLB_GROUP}/${version}`;
  const schema = z.strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(kind),
    metadata: objectMeta,
    spec: spec.prefault({} as z.input<S>),
    status: z.unknown().optional(),
  });
  const checked = defineKind(
    { apiVersion, kind, plural, namespaced: true },
    schema as unknown as z.ZodType<KubernetesObject>,
  );
  const translate = (object: KubernetesObject): readonly Imported[] => {
    const { metadata, spec: given } = object as KubernetesObject & { readonly spec: z.output<S> };
    return make(metadata, given);
  };
  const parse = (value: unknown): Parsed<KubernetesObject> => {
    const parsed = checked.parse(value);
    if (parsed.ok) {
      const refused = faultsOfImported(translate(parsed.object));
      return refused.length === 0 ? parsed : { ok: false, faults: refused };
    }
    // A field at fault says nothing of the others: what is wrong with those is told beside it.
    const wrong = new Set(parsed.faults.map(({ field }) => topField(field)));
    const others = checked.parse(withoutFields(value, wrong));
    const refused = others.ok ? faultsOfImported(translate(others.object)) : [];
    return { ok: false, faults: [...parsed.faults, ...refused.filter(({ field }) => !wrong.has(topField(field)))] };
  };
  return { ...checked, translate, parse };
}

/** `metadata`, or a field of the spec such as `spec.addresses`. */
function topField(field: string): string {
  return /^(?:spec\.[^.[]*|[^.[]*)/.exec(field)?.[0] ?? field;
}

/** Stands for what an object of a wrong name is called. */
const SOME_NAME = 'name';

/** @param fields as {@link topField} gives them */
function withoutFields(value: unknown, fields: ReadonlySet<string>): unknown {
  if (!isMembers(value) || !isMembers(value.spec)) return value;
  const spec = Object.entries(value.spec).filter(([field]) => !fields.has(`spec.${field}`));
  const metadata = fields.has('metadata') ? { name: SOME_NAME } : value.metadata;
  return { ...value, metadata, spec: Object.fromEntries(spec) };
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What our kinds refuse of a translation, by the fields of its source. */
export function faultsOfImported(imported: readonly Imported[]): readonly FieldFault[] {
  return imported.flatMap(({ kind, manifest, sourceOf }) => {
    const parsed = kind.parse(manifest);
    return parsed.ok ? [] : parsed.faults.map(({ field, message }) => ({ field: sourceOf(field), message }));
  });
}
