import { describe, expect, it } from 'vitest';
import { mustParse } from '../../src/api/define-kind.ts';
import { type Secret, SecretKind } from '../../src/api/kubernetes/secret.ts';
import { PeerPasswords } from '../../src/speaker/peer-passwords.ts';

function secrets(data: object): ReadonlyMap<string, Secret> {
  const metadata = { name: 'tor', namespace: 'berth-system' };
  return new Map([['tor', mustParse(SecretKind, { apiVersion: 'v1', kind: 'Secret', metadata, ...data })]]);
}

const IN_SECRET = { from: 'Secret', name: 'tor' } as const;
const IN_FILE = { from: 'File', path: '/etc/tor.key' } as const;
const NONE: ReadonlyMap<string, Secret> = new Map();
const noFile = () => {
  throw new Error('cannot read the password file /etc/tor.key');
};

describe('PeerPasswords', () => {
  it.each<[string, Parameters<PeerPasswords['find']>[0], ReadonlyMap<string, Secret>, string | undefined]>([
    ['none', undefined, NONE, undefined],
    ['in the spec', { from: 'Spec', password: 'x' }, NONE, 'x'],
    ['in a Secret', IN_SECRET, secrets({ data: { password: 'aHVzaA==' } }), 'hush'],
    ['in a Secret of a file', IN_SECRET, secrets({ stringData: { password: 'plain' } }), 'plain'],
    ['in a file', IN_FILE, NONE, 'from /etc/tor.key'],
  ])('finds one that is %s', (_, source, known, password) => {
    expect(new PeerPasswords((path) => `from ${path}`).find(source, known)).toEqual({ ok: true, password });
  });

  it.each<[string, Parameters<PeerPasswords['find']>[0], ReadonlyMap<string, Secret>, RegExp]>([
    ['no Secret', IN_SECRET, NONE, /Secret tor with the key password is not there/],
    ['another key', IN_SECRET, secrets({ data: { key: 'aHVzaA==' } }), /the key password is not there/],
    ['an empty one', IN_SECRET, secrets({ stringData: { password: '' } }), /0 octets/],
    ['one too long', IN_SECRET, secrets({ stringData: { password: 'x'.repeat(81) } }), /81 octets/],
    ['no file', IN_FILE, NONE, /cannot read/],
  ])('tells of %s, and nothing of what is in it', (_, source, known, message) => {
    const found = new PeerPasswords(noFile).find(source, known);
    expect(found).toEqual({ ok: false, message: expect.stringMatching(message) });
    expect(JSON.stringify(found)).not.toMatch(/xxx|hush/);
  });

  it('keeps what it found while a Secret is replaced', () => {
    const passwords = new PeerPasswords(noFile);
    passwords.find(IN_SECRET, secrets({ stringData: { password: 'old' } }));
    expect(passwords.find(IN_SECRET, NONE)).toEqual({ ok: true, password: 'old' });
    const next = secrets({ stringData: { password: 'new' } });
    expect(passwords.find(IN_SECRET, next)).toEqual({ ok: true, password: 'new' });
  });
});
