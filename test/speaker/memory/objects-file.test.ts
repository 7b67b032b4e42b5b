import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IPAddressPoolKind } from '../../../src/api/ip-address-pool.ts';
import { NodeKind } from '../../../src/api/kubernetes/node.ts';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import type { Logger } from '../../../src/log/logger.ts';
import { ObjectsFile } from '../../../src/speaker/memory/objects-file.ts';
import { pool, service, speakerStatus } from '../objects.ts';

const KINDS = [ServiceKind, IPAddressPoolKind, NodeKind, SpeakerStatusKind];
const objects = new Map([
  ['Service', [service('web', ['192.0.2.50']), service('api', [])]],
  ['IPAddressPool', [pool('public', ['192.0.2.48/28'], { status: { retained: [] } })]],
  ['SpeakerStatus', [speakerStatus('n2', ['192.0.2.12/24'])]],
  ['Node', []],
]);

let folder: string;
let complaints: string[];
const logger: Logger = {
  ...{ error: () => {}, info: () => {}, debug: () => {}, with: () => logger },
  warn: (_message, fields) => void complaints.push(String(fields?.reason)),
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'objects-'));
  complaints = [];
});

afterEach(() => rm(folder, { recursive: true }));

async function written(): Promise<string> {
  const file = new ObjectsFile(folder, 'n1', logger);
  file.write(() => objects);
  await file.settled();
  return await readFile(join(folder, 'objects-n1.json'), 'utf8');
}

const read = () => new ObjectsFile(folder, 'n1', logger).read(KINDS);

describe('ObjectsFile', () => {
  it('gives back what decides, and tells a kind of which there is nothing from one that is not known', async () => {
    await written();
    expect([...read()]).toEqual([...objects].sort(([a], [b]) => KINDS_IN_ORDER.indexOf(a) - KINDS_IN_ORDER.indexOf(b)));
    expect(new ObjectsFile(folder, 'n1', logger).read([NodeKind])).toEqual(new Map([['Node', []]]));
    expect(complaints).toEqual([]);
  });

  it('knows nothing where there is no file', () => {
    expect(read()).toEqual(new Map());
    expect(complaints).toEqual([]);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['half a file', (text) => text.slice(0, text.length / 2), /JSON/],
    ['nothing', () => '', /JSON/],
    ['another thing', () => '[]', /./],
    ['a file of another version', (text) => text.replace('"version":1', '"version":2'), /version/],
    ['a file of another node', (text) => text.replace('"node":"n1"', '"node":"n7"'), /of node n7/],
    ['an object that is none', (text) => text.replace('"LoadBalancer"', '7'), /Service/],
    ['zeros', (text) => '\0'.repeat(text.length), /JSON/],
  ])('takes nothing from %s, and says so', async (_title, damage, reason) => {
    await writeFile(join(folder, 'objects-n1.json'), damage(await written()));
    expect(read()).toEqual(new Map());
    expect(complaints).toEqual([expect.stringMatching(reason)]);
  });
});

const KINDS_IN_ORDER = KINDS.map(({ kind }) => kind);
