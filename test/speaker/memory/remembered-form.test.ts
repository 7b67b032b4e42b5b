import { describe, expect, it } from 'vitest';
import { BGPPeerKind } from '../../../src/api/bgp-peer.ts';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { rememberedForm } from '../../../src/speaker/memory/remembered-form.ts';
import { node, pool, service, speakerStatus } from '../objects.ts';

const text = (object: Parameters<typeof rememberedForm>[0]) => JSON.stringify(rememberedForm(object));

const SECRET_TEXT = 'open sesame';

describe('rememberedForm', () => {
  it('keeps our annotations in all spellings, and no other', () => {
    const web = service('web', ['192.0.2.50']);
    const annotations = {
      'berth.dev/address-pool': 'a',
      'metallb.io/allow-shared-ip': 'b',
      'metallb.universe.tf/loadBalancerIPs': 'c',
      'kubectl.kubernetes.io/last-applied-configuration': SECRET_TEXT,
      'example.com/berth.dev/token': SECRET_TEXT,
    };
    const form = rememberedForm({ ...web, metadata: { ...web.metadata, annotations } });
    expect(form).toMatchObject({ spec: web.spec, status: web.status });
    expect(Object.keys((form as typeof web).metadata.annotations ?? {})).toEqual(Object.keys(annotations).slice(0, 3));
    expect(JSON.stringify(form)).not.toContain(SECRET_TEXT);
  });

  it('keeps of a Service what was decided about it, and not who announces it', () => {
    const web = service('web', ['192.0.2.50']);
    const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }) as const;
    const conditions = [condition('berth.dev/Allocated'), condition('berth.dev/Announced')];
    const form = rememberedForm({ ...web, status: { ...web.status, conditions } } as typeof web);
    expect(form).toMatchObject({ status: { ...web.status, conditions: conditions.slice(0, 1) } });
  });

  it('keeps of a slice which nodes serve', () => {
    const endpoints = [{ addresses: ['10.0.0.7'], nodeName: 'n1', conditions: { ready: true } }];
    const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'web-1' } } as const;
    expect(rememberedForm({ ...slice, endpoints } as typeof slice)).toMatchObject({
      endpoints: [{ nodeName: 'n1', conditions: { ready: true } }],
    });
    expect(text({ ...slice, endpoints } as typeof slice)).not.toContain('10.0.0.7');
  });

  it('says the same of a node after each of its heartbeats', () => {
    const beat = (lastHeartbeatTime: string) => {
      const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: '', lastHeartbeatTime };
      return text({ ...node('n1'), status: { conditions: [ready] } } as Parameters<typeof text>[0]);
    };
    expect(beat('2026-01-01T00:00:00Z')).toBe(beat('2026-01-01T00:05:00Z'));
  });

  it('keeps of a node what decides about it', () => {
    const ready = { type: 'Ready', status: 'False', reason: 'KubeletNotReady' } as const;
    const form = rememberedForm({
      ...node('n1'),
      metadata: { name: 'n1', labels: { rack: 'a' }, annotations: { 'berth.dev/drain': '' } },
      spec: { taints: [{ key: 'x', effect: 'NoSchedule' }], podCIDR: '10.0.0.0/24' },
      status: { conditions: [ready, { type: 'DiskPressure', status: 'True' }], images: [] },
    } as Parameters<typeof rememberedForm>[0]);
    expect(JSON.parse(JSON.stringify(form))).toEqual({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n1', labels: { rack: 'a' }, annotations: { 'berth.dev/drain': '' } },
      spec: { taints: [{ key: 'x', effect: 'NoSchedule' }] },
      status: { conditions: [ready] },
    });
  });

  it('keeps where a speaker is attached, and not what it last did', () => {
    const speaker = speakerStatus('n2', ['192.0.2.12/24']);
    const l2 = [
      { address: '192.0.2.50', service: 'default/web', interface: 'eth0', role: 'Owner', since: 'now' },
    ] as const;
    const form = rememberedForm({ ...speaker, status: { ...speaker.status, l2 } } as typeof speaker);
    expect(form).toMatchObject({ status: { interfaces: speaker.status?.interfaces } });
    expect(JSON.stringify(form)).not.toContain('Owner');
  });

  it('keeps what a pool retains', () => {
    const retained = [{ address: '192.0.2.9', service: 'default/web' }];
    expect(text(pool('public', ['192.0.2.0/28'], { status: { retained, totalIPv4: 5 } }))).toContain('"192.0.2.9"');
  });

  it('leaves out a peer that spells out its password, and keeps one that names a Secret', () => {
    const peer = (spec: object) =>
      mustParse(BGPPeerKind, {
        ...{ apiVersion: 'berth.dev/v1beta1', kind: 'BGPPeer', metadata: { name: 'tor' } },
        spec: { myASN: 64512, peerASN: 64513, peerAddress: '192.0.2.1', ...spec },
      });
    expect(rememberedForm(peer({ password: SECRET_TEXT }))).toBeUndefined();
    expect(rememberedForm(peer({ passwordSecret: { name: 'tor' } }))).toMatchObject({ metadata: { name: 'tor' } });
  });
});
