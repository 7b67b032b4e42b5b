import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/explain/plan.ts';
import { Installation } from './installation.ts';

let berth: Installation;
beforeAll(async () => {
  berth = await Installation.start({ nodes: 1, kubeProxy: false });
  await berth.cluster.kubectl('create', 'namespace', 'team-a');
});
afterAll(() => berth?.dispose());

async function file(name: string, ...documents: readonly string[]): Promise<string> {
  const path = join(berth.cluster.folder, name);
  await writeFile(path, documents.join('---\n'));
  return path;
}
const apply = async (...documents: readonly string[]) =>
  berth.output('kubectl', 'apply', '-f', await file('applied.yaml', ...documents));
/** What a plan says but for the words and the order of age, which only the server knows of what is new. */
async function planned(...args: readonly string[]) {
  const { pools, services } = JSON.parse(
    await berth.output('berth', 'plan', '--cluster', '-o', 'json', ...args),
  ) as Plan;
  return { pools, services };
}

const pool = (spec: string) =>
  `apiVersion: berth.dev/v1beta1\nkind: IPAddressPool\nmetadata: {name: public}\nspec: {${spec}}\n`;
const service = (name: string, spec: string, metadata = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${metadata}}\nspec: {type: LoadBalancer, ${spec}}\n`;
const http = 'ports: [{port: 80}]';
const POOL = pool('addresses: [192.0.2.0/29, "2001:db8::/125"], reserved: [192.0.2.0]');

// In this order: each builds on what the one before has applied.
describe('berth plan --cluster -f', () => {
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['of something new', [], [], [POOL, service('web', http), service('api', http, ', namespace: team-a')]],
    [
      'of a pool that somebody else has patched',
      [POOL],
      ['patch', 'bpool', 'public', '--type=merge', '-p', '{"spec":{"avoidBuggyIPs":true}}'],
      [pool('addresses: [192.0.2.0/29, "2001:db8::/125"]')],
    ],
    [
      'of a Service that names its pool no more, but is still labelled by somebody else',
      [service('web', http, ', annotations: {berth.dev/address-pool: nowhere}')],
      ['label', 'service', 'web', 'theirs=1'],
      [service('web', http)],
    ],
    [
      'of a Service that gets a second family',
      [service('web', http)],
      [],
      [service('web', `${http}, ipFamilyPolicy: PreferDualStack`)],
    ],
    ['of one that says it no more, and keeps it', [], [], [service('web', http)]],
    ['of one that gives it up', [], [], [service('web', `${http}, ipFamilyPolicy: SingleStack`)]],
    [
      'of ports that others have added to',
      [
        service(
          'api',
          'ports: [{name: a, port: 80}, {name: b, port: 81}]',
          ', annotations: {berth.dev/allow-shared-ip: k}',
        ),
      ],
      [
        'patch',
        'service',
        'api',
        '--type=json',
        '-p',
        '[{"op":"add","path":"/spec/ports/-","value":{"name":"c","port":82}}]',
      ],
      [
        service('api', 'ports: [{name: a, port: 80}]', ', annotations: {berth.dev/allow-shared-ip: k}'),
        service('dns', 'ports: [{name: b, port: 81}]', ', annotations: {berth.dev/allow-shared-ip: k}'),
        service('web', 'ports: [{name: c, port: 82}]', ', annotations: {berth.dev/allow-shared-ip: k}'),
      ],
    ],
    ['of a Service that asks no more', [], [], [service('web', http).replace('LoadBalancer', 'ClusterIP')]],
  ])('%s says what kubectl apply leads to', async (_, before, kubectl, after) => {
    if (before.length > 0) await apply(...before);
    if (kubectl.length > 0) await berth.output('kubectl', ...kubectl);
    const expected = await planned('-f', await file('planned.yaml', ...after));
    await apply(...after);
    expect(await planned()).toEqual(expected);
  });

  it.each([
    ['another first family', service('dns', 'ports: [{port: 80}], ipFamilies: [IPv6]'), /spec\.ipFamilies/],
    ['two families without a policy', service('new', `${http}, ipFamilies: [IPv4, IPv6]`), /spec\.ipFamilyPolicy/],
  ])('refuses what the API server refuses: %s', async (_, document, field) => {
    const path = await file('refused.yaml', document);
    const server = await berth.run('kubectl', 'apply', '-f', path);
    expect(server.status).toBe(1);
    const { status, stderr } = await berth.run('berth', 'plan', '--cluster', '-f', path);
    expect([status, stderr]).toEqual([1, expect.stringMatching(field)]);
  });
});

it.each(['plan', 'explain'])('the example with kubectl in the help of %s runs as it stands', async (command) => {
  await apply(service('web', http));
  await file('new-pool.yaml', pool('addresses: [198.51.100.0/28]').replace('public', 'new'));
  const help = await berth.output('berth', command, '--help');
  const [example = ''] = /^ {2}kubectl get .*\\\n.*$/m.exec(help) ?? [];
  const script = `set -o pipefail; cd "$0"; ${example}`;
  const { status, stdout, stderr } = await berth.run('bash', '-c', script, berth.cluster.folder);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain(command === 'plan' ? 'new ' : 'default/web');
});
