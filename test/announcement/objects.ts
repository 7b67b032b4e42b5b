import type { AnnouncedService, AnnouncementInput, HeldAddress } from '../../src/announcement/input.ts';
import type { Kind } from '../../src/api/kind.ts';
import { type EndpointSlice, EndpointSliceKind } from '../../src/api/kubernetes/endpoint-slice.ts';
import { type Node, NodeKind } from '../../src/api/kubernetes/node.ts';
import { type Service, ServiceKind } from '../../src/api/kubernetes/service.ts';
import { type L2Advertisement, L2AdvertisementKind } from '../../src/api/l2-advertisement.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { type SpeakerStatus, SpeakerStatusKind } from '../../src/api/speaker-status.ts';

type Labels = Readonly<Record<string, string>>;

/** An object as its kind reads it from YAML. */
function object<T extends KubernetesObject>(kind: Kind<T>, metadata: object, rest: object): T {
  const parsed = kind.parse({ apiVersion: kind.apiVersion, kind: kind.kind, metadata, ...rest });
  if (!parsed.ok) throw new Error(parsed.faults.map(({ field, message }) => `${field}: ${message}`).join('; '));
  return parsed.object;
}

export function advertisement(spec: object = {}, name = 'default'): L2Advertisement {
  return object(L2AdvertisementKind, { name }, { spec });
}

export function node(name: string, metadata: object = {}, rest: object = {}): Node {
  return object(NodeKind, { name, ...metadata }, rest);
}

/** A node with one condition in its status. */
export function nodeWith(name: string, type: string, status: string): Node {
  return node(name, {}, { status: { conditions: [{ type, status, reason: 'Tested' }] } });
}

/** A speaker with eth0 up in 192.0.2.0/24, unless told otherwise, that owns these addresses. */
export function speaker(name: string, interfaces: readonly object[] = [eth0()], owns: readonly string[] = []) {
  return object(SpeakerStatusKind, { name }, { status: { interfaces, l2: owns.map(owned) } });
}

/** A speaker that has reported nothing yet. */
export function newSpeaker(name: string): SpeakerStatus {
  return object(SpeakerStatusKind, { name }, {});
}

function owned(address: string): object {
  return { address, service: 'default/web', interface: 'eth0', role: 'Owner', since: '2026-01-01T00:00:00Z' };
}

/** A network interface that is up. */
export function link(name: string, ...addresses: readonly string[]) {
  return { name, mac: '02:00:00:00:00:11', up: true, addresses, gateways: [] };
}

export function eth0() {
  return link('eth0', '192.0.2.11/24', '2001:db8::11/64');
}

export function service(name = 'web', spec: object = {}, labels: Labels = {}): Service {
  return object(ServiceKind, { namespace: 'default', name, labels }, { spec: { type: 'LoadBalancer', ...spec } });
}

/** A Service that holds addresses of the pool `public`. */
export function holding(addresses: readonly string[], of: Service = service(), labels: Labels = {}): AnnouncedService {
  const pool: HeldAddress['pool'] = { name: 'public', labels };
  return { service: of, addresses: addresses.map((address) => ({ address, pool })) };
}

export function slice(of: string, addressType: 'IPv4' | 'IPv6', endpoints: readonly object[]): EndpointSlice {
  const labels = { 'kubernetes.io/service-name': of };
  const metadata = { namespace: 'default', name: `${of}-${addressType.toLowerCase()}`, labels };
  return object(EndpointSliceKind, metadata, { addressType, endpoints });
}

/** 192.0.2.50 held by default/web, three nodes with a speaker each, the default advertisement; or what is given. */
export function input(given: Partial<AnnouncementInput> = {}): AnnouncementInput {
  return {
    services: [holding(['192.0.2.50'])],
    advertisements: [advertisement()],
    speakers: ['n1', 'n2', 'n3'].map((name) => speaker(name)),
    nodes: [],
    endpointSlices: [],
    ...given,
  };
}
