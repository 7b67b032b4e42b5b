import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { CHECKS, type Diagnosis } from '../../../src/doctor/diagnose.ts';
import { LocalApi } from '../cluster/local-api.ts';
import { recordingContext } from '../recording-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-doctor-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const context = recordingContext();
  const code = await runProgram(['doctor', ...args], context);
  return { code, out: context.out(), err: context.err() };
}

const POOL =
  'apiVersion: berth.dev/v1beta1\nkind: IPAddressPool\nmetadata: {name: public}\nspec: {addresses: [192.0.2.200/28]}\n';

describe('berth doctor --dir', () => {
  it('prints what it found with what to do, and exits with 2', async () => {
    await mkdir(join(folder, 'in'));
    await writeFile(join(folder, 'in', 'pool.yaml'), POOL);
    const { code, out } = await run('--dir', join(folder, 'in'));
    expect(code).toBe(2);
    expect(out).toMatch(/^ {2}CHECK +STATE +OBJECT +WHAT$/m);
    expect(out).toMatch(
      /^ {2}range +warn +IPAddressPool\/public +HostBits: 192\.0\.2\.200\/28 is 192\.0\.2\.192-192\.0\.2\.207$/m,
    );
    expect(out).toMatch(/^ {6}-> Write the first address of the CIDR, or a range\.$/m);
    expect(out).toMatch(/^\d+ checks: \d+ ok, \d+ warn, \d+ fail, 6 could not look$/m);
    expect(out).not.toMatch(/^ {2}quota/m);
    expect((await run('--dir', join(folder, 'in'), '--all')).out).toMatch(/^ {2}quota +unknown /m);
  });

  it('names berth standalone where a cluster has pods', async () => {
    await mkdir(join(folder, 'in'));
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n';
    const node = 'apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n';
    await writeFile(join(folder, 'in', 'all.yaml'), [POOL, service, node].join('---\n'));
    const { out } = await run('--dir', join(folder, 'in'));
    expect(out).toMatch(
      /^ {2}speaker +fail +Node\/n1 +SpeakerMissing: .*\n {6}-> Run berth standalone, without --no-speaker, on that node\.$/m,
    );
    expect(out).toMatch(/^ {6}-> Run berth standalone on this folder\.$/m);
    expect(out).not.toMatch(/DaemonSet|Deployment|kubectl|kubelet/);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['the folder is not there', ['--dir', '/nonexistent/berth'], /^error: /],
    ['a state directory has no folder', ['--state-dir', 'x'], /name the folder with --dir DIR too/],
  ])('exits with 1 where %s', async (_, args, message) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
  });
});

describe('berth doctor of a cluster', () => {
  let api: LocalApi;
  const metadata = (name: string, namespace?: string) => ({ name, namespace, uid: name, resourceVersion: '1' });
  beforeEach(async () => {
    api = await LocalApi.start(folder);
  });
  afterEach(() => api.stop());
  const checks = async () => {
    const { code, out, err } = await run('--kubeconfig', api.kubeconfig, '-o', 'json');
    const diagnosis = JSON.parse(out) as Diagnosis;
    return { code, err, kind: diagnosis.kind, byName: new Map(diagnosis.checks.map((each) => [each.check, each])) };
  };

  it('says which kinds are not installed', async () => {
    const { code, kind, byName } = await checks();
    expect([code, kind, byName.size]).toEqual([2, 'Diagnosis', CHECKS.length]);
    expect(byName.get('kinds')?.symptoms.map(({ object }) => object)).toContain('ipaddresspools.berth.dev');
    expect(byName.get('pool')?.state).toBe('unknown');
  });

  it('reads what surrounds Berth, and says what it may not list', async () => {
    api.answers.daemonsets = [{ metadata: metadata('kube-vip-ds', 'kube-system'), spec: {} }];
    api.answers.configmaps = [
      {
        ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('kube-proxy', 'kube-system') },
        data: { 'config.conf': 'mode: ipvs\n' },
      },
    ];
    api.notListed.add('clusterroles');
    const { byName } = await checks();
    expect(byName.get('implementation')?.symptoms).toMatchObject([{ object: 'DaemonSet/kube-system/kube-vip-ds' }]);
    expect(byName.get('kube-proxy')?.state).toBe('fail');
    expect(byName.get('rights')).toMatchObject({ state: 'unknown', message: expect.stringContaining('ClusterRole') });
  });

  it('exits with 1 where it cannot look', async () => {
    await api.stop();
    const { code, out, err } = await run('--kubeconfig', api.kubeconfig);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^error: cannot reach the API server/);
  });
});
