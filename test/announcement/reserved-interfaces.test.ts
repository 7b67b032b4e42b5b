import { describe, expect, it } from 'vitest';
import { reservedFor } from '../../src/announcement/reserved-interfaces.ts';

describe('reservedFor', () => {
  it.each([
    'lo',
    'dummy0',
    'tunl0',
    'wg0',
    'veth1a2b3c',
    'docker0',
    'docker_gwbridge',
    'br-0123456789ab',
    'podman1',
    'lxdbr0',
    'virbr0',
    'virbr0-nic',
    'cni0',
    'cni-podman0',
    'cali12ab34cd56e',
    'vxlan.calico',
    'cilium_host',
    'lxc_health',
    'flannel.1',
    'antrea-gw0',
    'weave',
    'kube-bridge',
    'ovn-k8s-mp0',
    'genev_sys_6081',
    'kube-ipvs0',
    'nodelocaldns',
  ])('%s is made by other software', (name) => {
    expect(reservedFor(name)).toBeTypeOf('string');
  });

  it.each([
    'eth0',
    'eno1',
    'enp3s0f0',
    'ens192',
    'enx020000000011',
    'wlan0',
    'wlp2s0',
    'bond0',
    'bond0.100',
    'br0',
    'br-lan',
    'br-ex',
    'br-0123456789a',
    'vlan100',
    'lan',
    'login0',
    'macvlan0',
    'uplink',
    'dockerhost-lan',
    'tunnel-lan',
  ])('%s may lead to a network', (name) => {
    expect(reservedFor(name)).toBeUndefined();
  });
});
