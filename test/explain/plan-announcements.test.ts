import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/api/object.ts';
import { service } from '../allocator/builders.ts';
import { BOTH, PUBLIC, plan } from './plan-lines.ts';

describe('announcements', () => {
  const advertisement = {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'L2Advertisement',
    metadata: { name: 'default' },
    spec: {},
  };
  const speaker = (name: string, address: string): KubernetesObject => {
    const eth0 = { name: 'eth0', mac: '02:00:00:00:00:11', up: true, addresses: [address], gateways: [] };
    const status = { interfaces: [eth0] };
    return { apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata: { name }, ...{ status } };
  };

  it('name no node, and say why, without a SpeakerStatus', () => {
    const { announcements } = plan([PUBLIC, advertisement, service('web')]);
    expect(announcements).toEqual([
      {
        address: '192.0.2.1',
        service: 'default/web',
        protocol: 'l2',
        nodes: [],
        standby: [],
        reason: 'InterfacesUnknown',
      },
    ]);
  });

  it('name the owner and who stands by', () => {
    const speakers = ['n1', 'n2', 'n3'].map((name, index) => speaker(name, `192.0.2.${101 + index}/24`));
    const [announcement] = plan([PUBLIC, advertisement, service('web'), ...speakers]).announcements;
    expect(announcement?.reason).toBeNull();
    expect([...(announcement?.nodes ?? []), ...(announcement?.standby ?? [])].sort()).toEqual(['n1', 'n2', 'n3']);
  });

  it('are of the addresses after the plan, both families', () => {
    const objects = [BOTH, advertisement, service('web', { holds: ['192.0.2.3'], policy: 'RequireDualStack' })];
    expect(plan(objects).announcements.map(({ address }) => address)).toEqual(['192.0.2.3', '2001:db8::1']);
  });

  it('are of no Service that waits or gives its address back', () => {
    const gone = service('gone', { holds: ['192.0.2.1'], type: 'ClusterIP' });
    expect(plan([PUBLIC, advertisement, gone, service('waits', { pool: 'x' })]).announcements).toEqual([]);
  });
});
