import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { service } from '../conformance/harness.ts';
import { TestFolder } from './folder.ts';
import { firstLine, Program } from './program.ts';

const STATES = '.status/services/default';

let folder: TestFolder;
let program: Program;

beforeAll(async () => {
  folder = await TestFolder.make();
  await folder.write(
    'objects.yaml',
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => service(name)),
  );
  program = await Program.build('write-states', folder.path);
}, 30_000);
afterAll(async () => {
  await program.stop();
  await folder.clean();
});

/** Reads all state files; fails unless each is whole and of one moment. */
async function readStates(): Promise<number> {
  const states = (await readdir(folder.file(STATES))).filter((name) => name.endsWith('.yaml'));
  for (const name of states) {
    const { status } = parse(await readFile(folder.file(`${STATES}/${name}`), 'utf8')) as {
      status: Service['status'] & { round: number };
    };
    expect(status?.loadBalancer?.ingress).toHaveLength(1 + (status.round % 50));
  }
  return states.length;
}

describe('a process that is killed while it writes', () => {
  it.each([3, 17, 40, 71])('leaves every state file whole (after %d ms)', { timeout: 30_000 }, async (millis) => {
    const child = program.start(folder.path);
    await firstLine(child);
    const until = performance.now() + millis;
    do expect(await readStates()).toBe(8);
    while (performance.now() < until);
    await program.stop();
    expect(await readStates()).toBe(8);
    const store = await folder.open();
    expect(store.faults()).toEqual([]);
    expect(await store.list(ServiceKind)).toHaveLength(8);
    await store.close();
  });
});
