import { describe, expect, it } from 'vitest';
import type { PasswordSource } from '../../../src/announcement/bgp/peering.ts';
import { type Secret, SecretKind } from '../../../src/api/kubernetes/secret.ts';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { PeerPasswords } from '../../../src/speaker/peering/peer-passwords.ts';

type Secrets = ReadonlyMap<string, Secret>;

function secrets(data: object, name = 'tor'): Secrets {
  const metadata = { name, namespace: 'berth-system' };
  return new Map([[name, mustParse(SecretKind, { apiVersion: 'v1', kind: 'Secret', metadata, ...data })]]);
}

const IN_SECRET = { from: 'Secret', name: 'tor' } as const;
const IN_FILE = { from: 'File', path: '/etc/tor.key' } as const;
const NONE: Secrets = new Map();
const noFile = () => {
  throw new Error('cannot read the password file /etc/tor.key');
};
const of = (password: PasswordSource | undefined, more: object = {}) => {
  return { peer: 'tor', address: '192.0.2.1', interface: undefined, vrf: undefined, port: 179, password, ...more };
};

describe('PeerPasswords', () => {
  it.each<[string, PasswordSource | undefined, Secrets, string | undefined]>([
    ['none', undefined, NONE, undefined],
    ['in the spec', { from: 'Spec', password: 'x' }, NONE, 'x'],
    ['in a Secret', IN_SECRET, secrets({ data: { password: 'aHVzaA==' } }), 'hush'],
    ['in a Secret of a file', IN_SECRET, secrets({ stringData: { password: 'plain' } }), 'plain'],
    ['in a file', IN_FILE, NONE, 'from /etc/tor.key'],
  ])('finds one that is %s', (_, source, known, password) => {
    expect(new PeerPasswords((path) => `from ${path}`).find(of(source), known)).toEqual({ ok: true, password });
  });

  it.each<[string, PasswordSource, Secrets | undefined, RegExp]>([
    ['no Secret', IN_SECRET, NONE, /Secret tor with the key password is not there/],
    ['Secrets that nobody has told', IN_SECRET, undefined, /no password of one is written down: .*spec\.passwordFile/],
    ['another key', IN_SECRET, secrets({ data: { key: 'aHVzaA==' } }), /the key password is not there/],
    ['an empty one', IN_SECRET, secrets({ stringData: { password: '' } }), /0 octets/],
    ['one too long', IN_SECRET, secrets({ stringData: { password: 'x'.repeat(81) } }), /81 octets/],
    ['no file', IN_FILE, NONE, /cannot read/],
  ])('tells of %s, and nothing of what is in it', (_, source, known, message) => {
    const found = new PeerPasswords(noFile).find(of(source), known);
    expect(found).toEqual({ ok: false, message: expect.stringMatching(message) });
    expect(JSON.stringify(found)).not.toMatch(/xxx|hush/);
  });
});

describe('a session that has a password', () => {
  const OLD = secrets({ stringData: { password: 'old' } });

  it.each<[string, PasswordSource, Secrets | undefined, RegExp]>([
    ['the Secret is gone', IN_SECRET, NONE, /Secret tor .* is not there/],
    ['the Secret is emptied', IN_SECRET, secrets({ stringData: { password: '' } }), /0 octets/],
    ['another Secret is named that is not there', { from: 'Secret', name: 'next' }, OLD, /Secret next .* not there/],
    ['a file is named that cannot be read', IN_FILE, OLD, /cannot read/],
  ])('keeps it where %s, and says so; a new one counts at once', (_, source, known, fault) => {
    const passwords = new PeerPasswords(noFile);
    passwords.find(of(IN_SECRET), OLD);
    const kept = { ok: true, password: 'old', fault: expect.stringMatching(fault) };
    for (let look = 0; look < 2; look++) expect(passwords.find(of(source), known)).toEqual(kept);
    const next = new Map([...OLD, ...secrets({ stringData: { password: 'new' } }, 'next')]);
    const found = passwords.find(of({ from: 'Secret', name: 'next' }), next);
    expect(found).toEqual({ ok: true, password: 'new' });
  });

  it('keeps none where it has none', () => {
    const passwords = new PeerPasswords(noFile);
    passwords.find(of(undefined), NONE);
    expect(passwords.find(of(IN_SECRET), NONE)).toMatchObject({ ok: true, password: undefined });
  });

  it.each([
    ['another peer', { peer: 'other' }],
    ['another router', { address: '192.0.2.2' }],
    ['another port', { port: 1179 }],
    ['another VRF', { vrf: 'red' }],
  ])('does not lend it to %s', (_, more) => {
    const passwords = new PeerPasswords(noFile);
    passwords.find(of(IN_SECRET), OLD);
    expect(passwords.find(of(IN_SECRET, more), NONE).ok).toBe(false);
  });

  it('has lost it once its peer was gone', () => {
    const passwords = new PeerPasswords(noFile);
    passwords.find(of(IN_SECRET), OLD);
    passwords.keep(new Set(['tor']));
    expect(passwords.find(of(IN_SECRET), NONE).ok).toBe(true);
    passwords.keep(new Set());
    expect(passwords.find(of(IN_SECRET), NONE).ok).toBe(false);
  });
});
