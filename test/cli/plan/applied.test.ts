import { describe, expect, it } from 'vitest';
import { IPAddressPoolKind } from '../../../src/api/ip-address-pool.ts';
import { NodeKind } from '../../../src/api/kubernetes/node.ts';
import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { applied } from '../../../src/cli/plan/applied.ts';

const HELD = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
const LAST = 'kubectl.kubernetes.io/last-applied-configuration';
const manifestOf = (spec: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', ...metadata },
  spec,
});
/** A live Service: what was applied last, if anything, and what is there. */
function live(last: object | undefined, spec: object, metadata: object = {}): Service {
  const annotations = last && { [LAST]: JSON.stringify(manifestOf(last, { annotations: {} })) };
  const made = { uid: 'u1', resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' };
  return mustParse(ServiceKind, {
    ...manifestOf(spec, {
      ...made,
      ...metadata,
      annotations: { ...annotations, ...(metadata as Service['metadata']).annotations },
    }),
    status: HELD,
  });
}
function result(manifest: object, of: Service | undefined, isSingleStack = false): Service {
  const parsed = applied(ServiceKind, manifest as Record<string, unknown>, of, isSingleStack);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.object;
}
const GIVEN = { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
const BOTH = {
  clusterIP: '10.0.0.1',
  clusterIPs: ['10.0.0.1', 'fd00::1'],
  ipFamilies: ['IPv4', 'IPv6'],
  ipFamilyPolicy: 'PreferDualStack',
};

describe('a manifest that is applied to a Service', () => {
  it('changes what it says, and not what the Service is and holds', () => {
    const of = live({ type: 'LoadBalancer' }, { type: 'LoadBalancer', ...GIVEN }, { labels: { theirs: '1' } });
    const file = {
      ...manifestOf({ type: 'ClusterIP' }, { labels: { ours: '1' }, uid: 'x', resourceVersion: '1' }),
      status: {},
    };
    expect(result(file, of)).toEqual({
      ...manifestOf({ type: 'ClusterIP', ...GIVEN }),
      metadata: {
        name: 'web',
        namespace: 'default',
        labels: { theirs: '1', ours: '1' },
        uid: 'u1',
        resourceVersion: '7',
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      status: HELD,
    });
  });

  it('takes away an annotation that it had before, and leaves those of others', () => {
    const annotated = (annotations: object) => manifestOf({ type: 'LoadBalancer' }, { annotations });
    const of = live(
      undefined,
      { type: 'LoadBalancer' },
      {
        annotations: {
          [LAST]: JSON.stringify(annotated({ 'berth.dev/address-pool': 'old' })),
          'berth.dev/address-pool': 'old',
          theirs: 'x',
        },
      },
    );
    expect(result(annotated({}), of).metadata.annotations).toEqual({ theirs: 'x' });
    expect(result(manifestOf({ type: 'LoadBalancer' }), of).metadata.annotations).toEqual({ theirs: 'x' });
  });

  it('takes nothing away from one that kubectl has not applied, or has left unreadable words on', () => {
    const spec = { type: 'LoadBalancer', loadBalancerIP: '192.0.2.7' };
    const garbled = live(undefined, spec, { annotations: { [LAST]: '{' } });
    for (const of of [live(undefined, spec), garbled]) {
      expect(result(manifestOf({ type: 'LoadBalancer' }), of).spec?.loadBalancerIP).toBe('192.0.2.7');
    }
    expect(result(manifestOf({ type: 'LoadBalancer' }), live(spec, spec)).spec?.loadBalancerIP).toBeUndefined();
  });

  it('merges ports by number and protocol', () => {
    const last = { ports: [{ port: 53 }, { port: 53, protocol: 'UDP' }, { port: 80 }] };
    const now = {
      ports: [...last.ports, { port: 443, nodePort: 30443 }].map((port) => ({ protocol: 'TCP', ...port })),
    };
    const { ports = [] } =
      result(manifestOf({ ports: [{ port: 53, protocol: 'UDP' }, { port: 8080 }] }), live(last, now)).spec ?? {};
    expect(ports.map(({ protocol = 'TCP', port }) => `${protocol}/${port}`)).toEqual(['UDP/53', 'TCP/8080', 'TCP/443']);
  });

  it.each<[string, object, object, object, object]>([
    ['keeps its families when the manifest names them no more', BOTH, { ipFamilyPolicy: 'PreferDualStack' }, {}, BOTH],
    [
      'gets a second family with PreferDualStack, from an address that is not known yet',
      GIVEN,
      {},
      { ipFamilyPolicy: 'PreferDualStack' },
      { ipFamilies: ['IPv4'], ipFamilyPolicy: 'PreferDualStack' },
    ],
    ['gives up its second family with SingleStack', BOTH, {}, { ipFamilyPolicy: 'SingleStack' }, GIVEN],
    [
      'keeps one family where the cluster had no second one to give',
      { ...GIVEN, ipFamilyPolicy: 'PreferDualStack' },
      { ipFamilyPolicy: 'PreferDualStack' },
      { ipFamilyPolicy: 'PreferDualStack' },
      { ...GIVEN, ipFamilyPolicy: 'PreferDualStack' },
    ],
  ])('%s', (_, given, last, asked, expected) => {
    const of = live({ type: 'LoadBalancer', ...last }, { type: 'LoadBalancer', ...given });
    expect(result(manifestOf({ type: 'LoadBalancer', ...asked }), of).spec).toEqual({
      type: 'LoadBalancer',
      ...expected,
    });
  });

  it('gets no second family in a cluster that has one only', () => {
    const of = live({ type: 'LoadBalancer' }, { type: 'LoadBalancer', ...GIVEN });
    const asked = manifestOf({ type: 'LoadBalancer', ipFamilyPolicy: 'PreferDualStack' });
    expect(result(asked, of, true).spec).toMatchObject({ clusterIPs: ['10.0.0.1'] });
  });

  it.each<[string, object, object, string]>([
    ['another class', { loadBalancerClass: 'x/y' }, { loadBalancerClass: 'x/z' }, 'spec.loadBalancerClass'],
    ['no class any more', { loadBalancerClass: 'x/y' }, {}, 'spec.loadBalancerClass'],
    ['another first family', GIVEN, { ipFamilies: ['IPv6'] }, 'spec.ipFamilies'],
    [
      'fewer families than it has',
      BOTH,
      { ipFamilies: ['IPv4'], ipFamilyPolicy: 'PreferDualStack' },
      'spec.ipFamilyPolicy',
    ],
  ])('is refused, as a server does it, where it asks for %s', (_, has, asks, field) => {
    const of = live({ type: 'LoadBalancer', ...has }, { type: 'LoadBalancer', ...has });
    const manifest = manifestOf({ type: 'LoadBalancer', ...asks });
    const parsed = applied(ServiceKind, manifest, of);
    expect(parsed).toMatchObject({
      ok: false,
      faults: [
        { field, message: expect.stringMatching(/^(may not change|the first may not change|must be SingleStack)/) },
      ],
    });
  });
});

describe('a manifest of something new', () => {
  it('brings neither status nor age', () => {
    const file = {
      ...manifestOf({ type: 'LoadBalancer' }, { creationTimestamp: '2020-01-01T00:00:00Z', uid: 'x' }),
      status: HELD,
    };
    expect(result(file, undefined)).toEqual(manifestOf({ type: 'LoadBalancer' }));
  });

  it('brings the status of a Node, as a kubelet does', () => {
    const status = { addresses: [{ type: 'InternalIP', address: '192.0.2.9' }] };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n9' }, status };
    expect(applied(NodeKind, node, undefined)).toMatchObject({ ok: true, object: { status } });
  });
});

describe('a manifest that is applied to a pool', () => {
  const pool = (spec: object, metadata: object = {}) => ({
    apiVersion: 'berth.dev/v1beta1',
    kind: 'IPAddressPool',
    metadata: { name: 'public', ...metadata },
    spec,
  });

  it('replaces lists, and takes away what was applied before', () => {
    const last = { addresses: ['192.0.2.0/28'], reserved: ['192.0.2.1'], autoAssign: false };
    const of = mustParse(
      IPAddressPoolKind,
      pool(
        { ...last, disabled: true, reclaimPolicy: 'Retain' },
        {
          annotations: { [LAST]: JSON.stringify(pool(last)) },
          finalizers: ['berth.dev/addresses-held'],
          deletionTimestamp: '2026-01-01T00:00:00Z',
        },
      ),
    );
    const parsed = applied(IPAddressPoolKind, pool({ addresses: ['192.0.2.16/28'] }), of);
    expect(parsed).toMatchObject({
      ok: true,
      object: {
        metadata: { finalizers: ['berth.dev/addresses-held'], deletionTimestamp: '2026-01-01T00:00:00Z' },
        spec: { addresses: ['192.0.2.16/28'], autoAssign: true, disabled: true },
      },
    });
    expect(parsed.ok && 'reserved' in parsed.object.spec).toBe(false);
  });
});
