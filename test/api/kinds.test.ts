import { describe, expect, it } from 'vitest';
import type { Parsed } from '../../src/api/kind.ts';
import { KINDS } from '../../src/api/kinds.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { BGP_BAD } from './bgp-bad-samples.ts';
import { BGP_GOOD, bgpAdvertisement, peer, profile } from './bgp-samples.ts';
import { advertisement, BAD, GOOD, pool, type SampleObject } from './samples.ts';

function parse(object: SampleObject): Parsed<KubernetesObject> {
  const kind = KINDS.find((known) => known.apiVersion === object.apiVersion && known.kind === object.kind);
  if (!kind) throw new Error(`no kind ${object.kind}`);
  return kind.parse(object);
}

describe('our kinds', () => {
  it.each([...GOOD, ...BGP_GOOD])('accept $title', ({ object }) => {
    expect(parse(object)).toMatchObject({ ok: true, object });
  });

  it.each([...BAD, ...BGP_BAD])('refuse $title', ({ object, faults }) => {
    expect(parse(object)).toEqual({ ok: false, faults });
  });

  it('fill in the defaults of a pool', () => {
    expect(parse(pool({ addresses: ['192.0.2.0/24'] }))).toHaveProperty('object.spec', {
      addresses: ['192.0.2.0/24'],
      autoAssign: true,
      avoidBuggyIPs: false,
      reclaimPolicy: 'Retain',
      sharing: 'Namespace',
      disabled: false,
    });
  });

  it('fill in the defaults of an advertisement that says nothing', () => {
    expect(parse(advertisement())).toHaveProperty('object.spec', {
      offSubnet: 'Skip',
      failover: { interval: '100ms', multiplier: 3, holdOff: '300s', refresh: '60s' },
    });
  });

  it('fill in the defaults of a peer', () => {
    expect(parse(peer({ passwordSecret: { name: 'tor' } }))).toHaveProperty('object.spec', {
      myASN: 64500,
      peerASN: 64501,
      peerAddress: '192.0.2.1',
      peerPort: 179,
      passive: false,
      connectTime: '10s',
      passwordSecret: { name: 'tor', namespace: 'berth-system' },
      enableGracefulRestart: false,
      gracefulRestartTime: '120s',
      ebgpMultiHop: false,
      dualStackAddressFamily: false,
      disableMP: false,
    });
  });

  it('fill in the defaults of a BGP advertisement and a BFD profile that say nothing', () => {
    expect(parse(bgpAdvertisement())).toHaveProperty('object.spec', {
      aggregationLength: 32,
      aggregationLengthV6: 128,
    });
    expect(parse(profile())).toHaveProperty('object.spec', {
      receiveInterval: 300,
      transmitInterval: 300,
      detectMultiplier: 3,
      echoMode: false,
      passiveMode: false,
      minimumTtl: 254,
    });
  });
});

describe('the registry', () => {
  it('names every kind once', () => {
    const names = KINDS.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
