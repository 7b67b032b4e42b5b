import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { recordingContext } from '../recording-context.ts';

let folder: string;
let server: Server;
let url: string;
let status: number;
/** What was asked of the API, as `METHOD path type body`. */
let asked: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-drain-'));
  status = 200;
  asked = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status === 200 ? {} : { kind: 'Status', code: status, message: `answer ${status}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'x' },
    clusters: [{ name: 'c', cluster: { server: url } }],
    users: [{ name: 'u', user: { token: 'secret' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
  };
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(config));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function berth(...args: readonly string[]) {
  const context = recordingContext();
  const code = await runProgram([...args, '--kubeconfig', join(folder, 'kubeconfig')], context);
  return { code, out: context.out(), err: context.err() };
}

describe('berth drain and undrain', () => {
  it.each([
    ['drain', '""', /^node\/n1 drained; .*berth get addresses/],
    ['undrain', 'null', /^node\/n1 undrained; .*berth get addresses/],
  ])('%s sets the annotation to %s, and nothing else', async (command, value, told) => {
    expect(await berth(command, 'n1')).toEqual({ code: 0, out: expect.stringMatching(told), err: '' });
    const body = `{"metadata":{"annotations":{"berth.dev/drain":${value}}}}`;
    expect(asked).toEqual([`PATCH /api/v1/nodes/n1 application/merge-patch+json ${body}`]);
  });

  it.each([
    [404, /^error: there is no Node n1 in the cluster at http.*: see kubectl get nodes\n$/],
    [403, /^error: the API server at http.* forbids to patch nodes: .*can-i patch nodes/],
    [401, /^error: the API server at http.* does not accept the credentials/],
  ])('says what to do where the API answers %i', async (answer, told) => {
    status = answer;
    expect(await berth('drain', 'n1')).toEqual({ code: 1, out: '', err: expect.stringMatching(told) });
  });

  it('wants the name of a node', async () => {
    expect(await berth('drain')).toMatchObject({ code: 1, err: expect.stringContaining('missing required argument') });
    expect(asked).toEqual([]);
  });
});
