import { expect, it } from 'vitest';
import { groupOf } from '../../src/api/kind.ts';
import { keyOf, keyText } from '../../src/api/object.ts';

it.each([
  [{ name: 'web', namespace: 'default' }, 'default/web'],
  [{ name: 'public' }, 'public'],
  [{ name: 'public', namespace: undefined }, 'public'],
])('keys are written as kubectl writes them: %j', (metadata, text) => {
  expect(keyText(keyOf({ apiVersion: 'v1', kind: 'Service', metadata }))).toBe(text);
});

it.each([
  ['v1', ''],
  ['berth.dev/v1beta1', 'berth.dev'],
])('the group of %s is %j', (apiVersion, group) => {
  expect(groupOf({ apiVersion })).toBe(group);
});
