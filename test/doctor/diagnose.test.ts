import { describe, expect, it } from 'vitest';
import { CONTROLLER, SPEAKER } from '../../src/api/access.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { CATALOGUE } from '../../src/doctor/catalogue.ts';
import { CHECKS, diagnose } from '../../src/doctor/diagnose.ts';
import { Situation } from '../../src/explain/situation.ts';
import { advertisement as bgpAdvertisement, peer } from '../announcement/bgp/objects.ts';
import { node } from '../announcement/objects.ts';
import { controllerLease, NOW, speakerLease } from '../explain/situations.ts';
import { UNGIVEN } from './causes-ungiven.ts';
import { UNREACHED } from './causes-unreached.ts';
import { CLUSTER, deployment, examine, found, proxy, reporting, role, without } from './patients.ts';

const ROWS = [...UNGIVEN, ...UNREACHED];

it('a cluster in order has no symptom', () => {
  expect(found(CLUSTER)).toEqual([]);
  expect(examine(CLUSTER).every(({ state }) => state === 'ok')).toBe(true);
});

describe('the catalogue', () => {
  it.each(ROWS.map((row) => [row[0], row[1], row] as const))(
    '%s is found: %s',
    (_code, expected, [, , objects, given]) => {
      expect(found(objects, given)).toContain(expected);
    },
  );

  it('P5 is found: the role of a daemon lacks a right, or is not there', () => {
    const situation = new Situation({ objects: CLUSTER, now: NOW });
    const rights = (...surroundings: readonly KubernetesObject[]) =>
      diagnose({ situation, surroundings, missingKinds: [] }).checks.find(({ check }) => check === 'rights')?.symptoms;
    expect(rights(role(CONTROLLER, 'services/status'), role(SPEAKER))).toMatchObject([
      { object: 'ClusterRole/berth-controller', reason: 'RightsMissing', message: 'it lacks patch services/status' },
    ]);
    expect(rights(role(CONTROLLER))).toMatchObject([{ object: 'ClusterRole/berth-speaker' }]);
  });

  it('has every cause once, each with a check that finds it here or the reason why none does', () => {
    const codes = CATALOGUE.map(({ code }) => code);
    const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);
    expect(codes).toEqual([...numbered('P', 33), ...numbered('A', 16), ...numbered('U', 30), ...numbered('I', 8)]);
    const names = CHECKS.map(({ name }) => name);
    for (const { code, checks, unseen } of CATALOGUE) {
      expect(names, code).toEqual(expect.arrayContaining([...checks]));
      expect(checks.length > 0, code).toBe(unseen === undefined);
      const shown = ROWS.filter((row) => row[0] === code).map(([, symptom]) => symptom.split(' ')[0]);
      if (code !== 'P5') expect(checks, code).toEqual(expect.arrayContaining(shown));
      if (checks.length > 0 && code !== 'P5') expect(shown.length, code).toBeGreaterThan(0);
    }
  });

  it('leaves no check without a cause', () => {
    expect(
      CHECKS.map(({ name }) => name).filter((name) => !CATALOGUE.some(({ checks }) => checks.includes(name))),
    ).toEqual([]);
  });
});

it('of packets that bounce nothing is said where the speaker is silent', () => {
  const bouncing = reporting({ bouncing: { since: '2026-01-01T10:00:00Z' } });
  const others = without('SpeakerStatus').filter(({ kind }) => kind !== 'Lease');
  const seenAfter = (age: number) => found([...others, bouncing, controllerLease(1), speakerLease('n1', age)]);
  expect(seenAfter(1)).toContain('bouncing SpeakerStatus/n1 TrafficBounces');
  expect(seenAfter(90).filter((each) => each.startsWith('bouncing'))).toEqual([]);
});

describe('a check', () => {
  it('concludes nothing from what could not be read', () => {
    const checks = examine(without('L2Advertisement'), { unread: [{ what: 'L2Advertisement', why: 'forbidden' }] });
    const states = Object.fromEntries(checks.map(({ check, state, message }) => [check, `${state}: ${message}`]));
    expect(states.pool).toBe('unknown: L2Advertisement: forbidden');
    expect(states.range).toMatch(/^ok/);
  });

  it.each([
    ['strictARP is on', 'ipvs: {}\n  strictARP: true\nmode: ipvs\n'],
    ['the mode is another', 'mode: iptables\n'],
  ])('of kube-proxy finds nothing where %s', (_, text) => {
    expect(found(CLUSTER, { surroundings: [proxy(text)] })).toEqual([]);
  });

  it('of pools knows those that are advertised over BGP alone', () => {
    const objects = without('L2Advertisement', bgpAdvertisement(), peer());
    expect(found(objects).filter((each) => each.startsWith('pool'))).toEqual([]);
  });

  it('of nodes knows a drain that was taken back', () => {
    const drained = (value: string) => without('Node', node('n1', { annotations: { 'berth.dev/drain': value } }));
    expect(found(drained(''))).toContain('node Node/n1 NodeUnfit');
    expect(found(drained('false')).filter((each) => each.startsWith('node '))).toEqual([]);
  });

  it('of implementations leaves out what was scaled down', () => {
    const surroundings = [deployment('metallb-system/controller', { spec: { replicas: 0 } })];
    expect(found(CLUSTER, { surroundings })).toEqual([]);
  });
});
