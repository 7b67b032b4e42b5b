import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KINDS } from '../../src/api/kinds.ts';
import { BGP_BAD } from '../api/bgp-bad-samples.ts';
import { BGP_GOOD } from '../api/bgp-samples.ts';
import { BAD, GOOD, pool, type SampleObject } from '../api/samples.ts';
import type { ApiAnswer } from './api-client.ts';
import { Cluster } from './cluster.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 0 });
  await cluster.install();
});
afterAll(() => cluster?.dispose());

/** Asks the server what it would say to an object, strictly as kubectl does. */
async function submit(object: SampleObject): Promise<ApiAnswer> {
  const plural = KINDS.find((kind) => kind.apiVersion === object.apiVersion && kind.kind === object.kind)?.plural;
  return await cluster.api.try(
    'POST',
    `/apis/${object.apiVersion}/${plural}?dryRun=All&fieldValidation=Strict`,
    object,
  );
}

/** The run-time check's own view of an object. */
function parse(object: SampleObject) {
  const kind = KINDS.find((kind) => kind.apiVersion === object.apiVersion && kind.kind === object.kind);
  if (kind === undefined) throw new Error(`no kind ${object.kind}`);
  return kind.parse(object);
}

describe('the API server and the run-time check agree', () => {
  it.each([...GOOD, ...BGP_GOOD])('that $title is good, with the same defaults', async ({ object }) => {
    const { status, body } = await submit(object);
    expect(body).not.toHaveProperty('message');
    expect(status).toBe(201);
    const parsed = parse(object);
    expect(parsed).toMatchObject({ ok: true });
    if (parsed.ok) expect((body as SampleObject).spec).toEqual((parsed.object as { spec?: unknown }).spec);
  });

  it.each([...BAD, ...BGP_BAD])('that $title is not', async ({ object, faults, server }) => {
    expect(parse(object)).toEqual({ ok: false, faults });
    const { status, body } = await submit(object);
    if (server === 'accepts') {
      expect(status).toBe(201);
      return;
    }
    expect([400, 422]).toContain(status);
    if (server === 'own words') return;
    // A field's value is quoted once more where it stands in the server's message.
    const said = (body as { message: string }).message.replaceAll('\\"', '"');
    for (const { field, message } of faults) {
      expect(said).toContain(field);
      expect(said).toContain(message);
    }
  });
});

describe('kubectl', () => {
  it('shows a pool and its status in columns', async () => {
    const object = {
      ...pool({ addresses: ['192.0.2.50-192.0.2.59', '2001:db8::50/124'] }),
      metadata: { name: 'public' },
    };
    expect(await cluster.apply(JSON.stringify(object))).toBe('ipaddresspool.berth.dev/public created\n');
    const condition = { type: 'Ready', status: 'True', reason: 'Ready', message: 'In use.' };
    const status = {
      conditions: [{ ...condition, lastTransitionTime: '2026-01-01T00:00:00Z' }],
      ...{ totalIPv4: 10, assignedIPv4: 1, availableIPv4: 9 },
      ...{ totalIPv6: 16, assignedIPv6: 0, availableIPv6: 16 },
    };
    await cluster.api.call('PATCH', '/apis/berth.dev/v1beta1/ipaddresspools/public/status', { status });
    const [header = '', row = ''] = (await cluster.kubectl('get', 'bpool')).split('\n');
    expect(cells(header)).toEqual([
      ...['NAME', 'READY', 'REASON', 'ASSIGNED IPV4', 'AVAILABLE IPV4', 'ASSIGNED IPV6', 'AVAILABLE IPV6'],
      ...['AUTO-ASSIGN', 'AGE'],
    ]);
    expect(cells(row)).toEqual(['public', 'True', 'Ready', '1', '9', '0', '16', 'true', expect.stringMatching(/s$/)]);
  });

  it.each(['bpool', 'bl2', 'bspk', 'bpeer', 'bbgp', 'bbfd', 'bcomm', 'berth'])(
    'knows the short name %s',
    async (name) => {
      expect((await cluster.tryKubectl(['get', name])).status).toBe(0);
    },
  );

  it('explains a field in the words of its schema', async () => {
    const text = await cluster.kubectl('explain', 'bpool.spec.reclaimPolicy');
    expect(text).toMatch(/ENUM:\s+Retain\s+Evict/);
    expect(text).toMatch(/DESCRIPTION:\s+\S+/);
  });

  it('refuses a pool in our words', async () => {
    const { status, stderr } = await cluster.tryKubectl(
      ['apply', '-f', '-'],
      `---\n${JSON.stringify({ ...pool({ addresses: ['192.0.2.1'] }), metadata: { name: 'bad' } })}`,
    );
    expect(status).toBe(1);
    expect(stderr).toContain('"192.0.2.1" is a bare address: write 192.0.2.1/32');
  });
});

function cells(line: string): readonly string[] {
  return line.trim().split(/ {2,}/);
}
