import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretKind } from '../../src/api/kubernetes/secret.ts';
import { mustParse } from '../../src/api/schema/define-kind.ts';
import { STORE_PATIENCE } from '../../src/speaker/memory/remembering-store.ts';
import { advertisement, peer } from '../announcement/bgp/objects.ts';
import { MemoryRouter } from './bgp-peer.ts';
import { MemoryCluster } from './memory-cluster.ts';
import type { MemoryNode } from './memory-node.ts';
import { MemoryTcp } from './memory-tcp.ts';
import { node, service } from './objects.ts';
import { written } from './written.ts';

const ADDRESS = '192.0.2.50';
const ROUTE = `${ADDRESS}/32`;
const ROUTERS = { open: '192.0.2.1', file: '192.0.2.2', secret: '192.0.2.3' } as const;
const NAMES = ['open', 'file', 'secret'] as const;

let cluster: MemoryCluster;
let tcp: MemoryTcp;
let routers: Readonly<Record<(typeof NAMES)[number], MemoryRouter>>;
let n1: MemoryNode;

beforeEach(() => {
  cluster = new MemoryCluster();
  tcp = new MemoryTcp(cluster.clock);
  routers = {
    open: new MemoryRouter(tcp, ROUTERS.open),
    file: new MemoryRouter(tcp, ROUTERS.file),
    secret: new MemoryRouter(tcp, ROUTERS.secret),
  };
});

afterEach(() => cluster.stop());

/** The routers that have the route. */
const having = () => NAMES.filter((name) => routers[name].routes.has(ROUTE));

/** By which password the node tries each router, at its latest attempt. */
const keys = () =>
  NAMES.map(
    (name) =>
      tcp.ends.findLast(({ other }) => (other?.local === undefined ? false : isAt(other.local, name)))?.options
        .password,
  );

function isAt(local: { readonly value: number | bigint }, name: (typeof NAMES)[number]): boolean {
  return Number(local.value) === 0xc0000200 + Number(ROUTERS[name].split('.')[3]);
}

function add(): MemoryNode {
  const added = cluster.add('n1', 11);
  added.tcp = tcp.host('192.0.2.11');
  return added;
}

/** A node whose three peers, with a password from nowhere, a file and a Secret, know its route; its speaker is killed. */
async function killed(): Promise<void> {
  n1 = add();
  const file = join(n1.runDirectory, 'tor.key');
  writeFileSync(file, 'of the file\n');
  chmodSync(file, 0o600);
  cluster.objects.put(node('n1'));
  cluster.objects.put(advertisement());
  const metadata = { name: 'key', namespace: 'berth-system' };
  const stringData = { password: 'of the Secret' };
  cluster.objects.put(mustParse(SecretKind, { apiVersion: 'v1', kind: 'Secret', metadata, stringData }));
  const passwords = { open: {}, file: { passwordFile: file }, secret: { passwordSecret: { name: 'key' } } };
  for (const name of NAMES) {
    const asNumbers = { myASN: 64512, peerASN: 64513 };
    cluster.objects.put(peer(name, { ...asNumbers, peerAddress: ROUTERS[name], ...passwords[name] }));
  }
  cluster.objects.put(service('web', [ADDRESS]));
  await n1.start({ isCluster: true });
  await cluster.clock.run(5000);
  await written(cluster.clock, n1, ADDRESS);
  expect(having()).toEqual(NAMES);
  expect(keys()).toEqual([undefined, 'of the file', 'of the Secret']);
  n1.kill();
  for (const name of NAMES) routers[name].routes.clear();
}

describe('a speaker with BGP that starts while the store is silent', () => {
  it('has its sessions and routes again from memory, but where the password is in a Secret, and says why', async () => {
    await killed();
    const again = add();
    again.store.silent = true;
    await again.start({ isCluster: true });
    await cluster.clock.run(STORE_PATIENCE + 5000);
    expect(having()).toEqual(['open', 'file']);
    expect(keys().slice(0, 2)).toEqual([undefined, 'of the file']);
    expect(again.report()?.sessions).toMatchObject([
      { peer: 'file', state: 'Established', advertised: 1 },
      { peer: 'open', state: 'Established', advertised: 1 },
      { peer: 'secret', state: 'Idle', advertised: 0, lastError: { cause: 'NoPassword' } },
    ]);
    const told = /the Secret key is not known: the store has told no Secrets yet.*spec\.passwordFile does without it/;
    expect(again.report()?.sessions?.[2]?.lastError?.text).toMatch(told);
    expect(again.complaints.filter((line) => line.startsWith('a BGP session is not begun'))).toEqual([
      expect.stringMatching(told),
    ]);
    await cluster.clock.run(200_000, 1000);
    expect(having()).toEqual(['open', 'file']);
    expect([...routers.open.of('NOTIFICATION'), ...routers.file.of('NOTIFICATION')]).toEqual([]);
  });

  it('has the last one too when the store speaks, and the others go on', async () => {
    await killed();
    const again = add();
    again.store.silent = true;
    await again.start({ isCluster: true });
    await cluster.clock.run(STORE_PATIENCE + 5000);
    const opens = () => [routers.open, routers.file].map((router) => router.of('OPEN').length);
    const before = opens();
    again.store.speakAgain();
    await cluster.clock.run(5000);
    expect(having()).toEqual(NAMES);
    expect(keys()[2]).toBe('of the Secret');
    expect(opens()).toEqual(before);
    expect(again.report()?.sessions?.map(({ state }) => state)).toEqual(NAMES.map(() => 'Established'));
  });

  it('says that the Secret is not there, once the store has told so', async () => {
    await killed();
    cluster.objects.remove('Secret', { name: 'key', namespace: 'berth-system' });
    const again = add();
    again.store.silent = true;
    await again.start({ isCluster: true });
    await cluster.clock.run(STORE_PATIENCE + 1000);
    again.store.speakAgain();
    await cluster.clock.run(2000);
    expect(again.report()?.sessions?.[2]?.lastError?.text).toBe('the Secret key with the key password is not there');
  });
});
