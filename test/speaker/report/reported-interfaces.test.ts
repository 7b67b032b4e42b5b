import { describe, expect, it } from 'vitest';
import type { NetworkInterface } from '../../../src/os/interfaces.ts';
import { macsOf, reportedInterfaces } from '../../../src/speaker/report/reported-interfaces.ts';
import { advertisement } from '../objects.ts';

const eth0: NetworkInterface = {
  name: 'eth0',
  index: 2,
  mac: '02:00:00:00:00:11',
  up: true,
  loopback: false,
  noArp: false,
  master: false,
  addresses: ['192.0.2.11/24'],
  gateways: [],
};

/** As the kernel has that of ib0: no frame of Ethernet can bear it. */
const IB_MAC = '80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1';

describe('reportedInterfaces', () => {
  it.each([
    ['an Ethernet interface', eth0, true],
    ['one that is down', { ...eth0, up: false }, true],
    ['one without addresses', { ...eth0, addresses: [] }, true],
    ['lo', { ...eth0, name: 'lo', loopback: true }, false],
    ['a tunnel', { ...eth0, name: 'wg0', noArp: true, mac: '' }, false],
    ['an InfiniBand one, whose address has 20 octets', { ...eth0, name: 'ib0', mac: IB_MAC }, false],
    ['a port of a bridge', { ...eth0, master: true }, false],
    ['an interface of a Pod', { ...eth0, name: 'cali0123456789a' }, false],
  ])('%s: %s', (_name, candidate, reported) => {
    expect(reportedInterfaces([candidate], [advertisement()])).toEqual(reported ? [candidate] : []);
  });

  it('lists a reserved one that an advertisement names', () => {
    const docker0 = { ...eth0, name: 'docker0' };
    expect(reportedInterfaces([docker0], [advertisement({ interfaces: ['docker0'] })])).toEqual([docker0]);
  });
});

describe('macsOf', () => {
  it('leaves out repetitions and what is no MAC address', () => {
    expect(
      macsOf([eth0, eth0, { mac: '' }, { mac: IB_MAC }, { mac: 'rubbish' }, { mac: '02:00:00:00:00:12' }]),
    ).toEqual(['02:00:00:00:00:11', '02:00:00:00:00:12']);
  });
});
