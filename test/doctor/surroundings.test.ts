import { describe, expect, it } from 'vitest';
import { SURROUNDING_KINDS } from '../../src/doctor/surroundings.ts';

function isRead(kind: string, name: string): boolean {
  const found = SURROUNDING_KINDS.find((each) => each.kind === kind);
  return found?.parse({ apiVersion: found.apiVersion, kind, metadata: { name } }).ok ?? false;
}

describe('the names of surrounding objects', () => {
  it.each([
    ['ClusterRole', 'berth-controller', true],
    ['ClusterRole', 'system:controller:bootstrap-signer', true],
    ['ClusterRole', 'ReadOnly..', true],
    ['ClusterRole', '..', false],
    ['ClusterRole', 'a/b', false],
    ['ClusterRole', 'a%b', false],
    ['ClusterRole', '', false],
    ['Deployment', 'web', true],
    ['Deployment', 'system:web', false],
  ])('%s %j: %s', (kind, name, expected) => {
    expect(isRead(kind, name)).toBe(expected);
  });
});
