import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { LocalApi } from '../cluster/local-api.ts';
import { recordingContext } from '../recording-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-uninstall-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** @param answer what a person types; undefined where nobody is there. */
async function berth(args: readonly string[], answer?: string) {
  const context = recordingContext(answer);
  if (answer !== undefined) Object.assign(context.stdin, { isTTY: true });
  const code = await runProgram(args, context);
  return { code, out: context.out(), err: context.err() };
}

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.0/24]}
`;
const WEB = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;

describe('berth uninstall on a folder', { timeout: 30_000 }, () => {
  const get = async (resource: string) => (await berth(['get', resource, '--dir', folder, '-o', 'yaml'])).out;
  const uninstall = (args: readonly string[], answer?: string) =>
    berth(['uninstall', '--dir', folder, ...args], answer);
  beforeEach(async () => {
    await writeFile(join(folder, 'pool.yaml'), POOL);
    await writeFile(join(folder, 'web.yaml'), WEB);
    expect((await berth(['standalone', folder, '--once', '--log-level', 'error'])).code).toBe(0);
    expect(await get('pools')).toContain('berth.dev/addresses-held');
  });

  it('takes addresses and finalizers back, and has nothing to do the second time', async () => {
    const { code, out, err } = await uninstall(['--release', '--yes']);
    expect(err).toMatch(/1 Service loses its addresses: service\/default\/web 192\.0\.2\.0\n/);
    expect(err).toMatch(/^service\/default\/web: gave back 192\.0\.2\.0\nipaddresspool\/public: finalizer removed$/m);
    expect(err).toMatch(/^In the folder .*, where no berth standalone may run meanwhile:$/m);
    expect(out).toMatch(/^Addresses have been given back/);
    expect(out).not.toMatch(/Deployment|Speakers|kubectl/);
    expect(code).toBe(0);
    expect(await get('pools')).not.toContain('berth.dev/addresses-held');
    expect(await get('services')).not.toMatch(/192\.0\.2\.0|berth\.dev\/A/);
    expect(await uninstall(['--release', '--yes'])).toMatchObject({ code: 0, out: expect.stringMatching(/^Nothing/) });
  });

  it('leaves the addresses where it is to keep them, and lets a removed pool go', async () => {
    await rm(join(folder, 'pool.yaml'));
    const { code, out, err } = await uninstall(['--keep'], 'y\n');
    expect(err).toMatch(
      /1 Service keeps its addresses: .*192\.0\.2\.0\n.*\n.*being deleted goes: ipaddresspool\/public\n/,
    );
    expect(out).toMatch(/^Objects whose files are gone are forgotten; Services keep/);
    expect(out).not.toMatch(/Deployment|Speakers|kubectl/);
    expect(code).toBe(0);
    expect(await get('pools')).not.toContain('public');
    expect(await get('services')).toContain('192.0.2.0');
  });

  it.each([
    ['nobody can be asked', undefined, /nothing was changed: .*--yes/],
    ['a person says no', 'n\n', /nothing was changed\n$/],
    ['a person says nothing', '', /nothing was changed\n$/],
  ])('changes nothing where %s', async (_, answer, message) => {
    const { code, err } = await uninstall(['--release'], answer);
    expect(err).toMatch(message);
    expect(code).toBe(1);
    expect(await get('services')).toContain('192.0.2.0');
    expect(await get('pools')).toContain('berth.dev/addresses-held');
  });
});

describe('berth uninstall', () => {
  it.each([
    [[], /error: say what becomes of the addresses: --keep .*--release/],
    [['--keep', '--release'], /cannot be used with option/],
    [['--keep', '--wait', 'long'], /--wait: "long" is not a duration/],
    [['--keep', '--force', '--wait', '1m'], /cannot be used with option/],
    [['--keep', '--dir', 'x', '--context', 'y'], /cannot be used with option/],
  ])('with %j fails', async (args, message) => {
    const { code, err } = await berth(['uninstall', ...args]);
    expect(err).toMatch(message);
    expect(code).toBe(1);
  });

  it.each([
    [
      'wherever it is',
      [],
      'elsewhere',
      1,
      /the controller pod-a_1 runs: it renews the Lease elsewhere\/berth-controller/,
    ],
    [
      'only where it may look',
      ['elsewhere'],
      'berth-system',
      1,
      /^warning: you may not list leases[\s\S]*berth-system\/berth-controller/,
    ],
  ])('sees a controller that runs %s', async (_, forbidden, namespace, code, message) => {
    const api = await LocalApi.start(folder);
    try {
      const spec = { holderIdentity: 'pod-a_1', leaseDurationSeconds: 15 };
      let renewed = 0;
      const lease = {
        metadata: { name: 'berth-controller', namespace, resourceVersion: '1' },
        get spec() {
          return { ...spec, renewTime: new Date(1000 * renewed++).toISOString() };
        },
      };
      Object.assign(api.answers, { services: [], ingresses: [], leases: [lease] });
      if (forbidden.length > 0) api.notListed.add('leases');
      const result = await berth(['uninstall', '--keep', '--yes', '--kubeconfig', api.kubeconfig]);
      expect(result).toMatchObject({ code, err: expect.stringMatching(message) });
    } finally {
      await api.stop();
    }
  });

  it('works where the kinds are gone already, and tells what it may not read', async () => {
    const api = await LocalApi.start(folder);
    try {
      const args = ['uninstall', '--release', '--yes', '--force', '--kubeconfig', api.kubeconfig];
      Object.assign(api.answers, { services: [], ingresses: [] });
      expect(await berth(args)).toMatchObject({ code: 0, out: expect.stringMatching(/^Nothing of Berth's is left/) });
      api.answers.services = 403;
      expect(await berth(args)).toMatchObject({ code: 1, err: expect.stringMatching(/forbids to list services/) });
    } finally {
      await api.stop();
    }
  });
});
