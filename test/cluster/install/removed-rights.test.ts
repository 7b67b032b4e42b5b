import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROLLER, CONTROLLER_LEASE, SPEAKER } from '../../../src/api/access.ts';
import { eventually } from '../../lab/eventually.ts';
import { Installation, type RunningDaemon } from '../commands/installation.ts';
import { DaemonRights, type Right } from '../rights.ts';

const PATIENCE = { timeoutMs: 40_000, intervalMs: 50 };
const BERTH = 'apiVersion: berth.dev/v1beta1';
const POOL = `${BERTH}\nkind: IPAddressPool\nmetadata: {name: public}\nspec: {addresses: [192.0.2.50-192.0.2.59]}\n`;
const ADVERTISEMENT = `${BERTH}\nkind: L2Advertisement\nmetadata: {name: extra}\n`;
const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {berth.dev/service: default/a}}
spec: {defaultBackend: {service: {name: a, port: {number: 80}}}}
`;
const TOP_OF_RACK = readFileSync(new URL('../../../manifests/samples/bgp/top-of-rack.yaml', import.meta.url), 'utf8');

let berth: Installation;
beforeAll(async () => {
  berth = await Installation.start({ nodes: 1, kubeProxy: false });
  await kubectl('delete', 'bl2', '--all');
});
afterAll(() => berth?.dispose());

const kubectl = (...args: readonly string[]) => berth.cluster.kubectl(...args);
const service = (name: string) => kubectl('create', 'service', 'loadbalancer', name, '--tcp=80');

async function shown(args: readonly string[], path: string, wanted: RegExp): Promise<void> {
  const probe = async () =>
    wanted.test(await kubectl('get', ...args, '--ignore-not-found', '-o', `jsonpath=${path}`)) || undefined;
  await eventually(`${args.join(' ')} shows ${wanted}`, probe, PATIENCE);
}

const address = (name: string) => shown(['service', name], '{.status.loadBalancer.ingress[0].ip}', /^192\.0\.2\.5/);
const ready = (...object: readonly string[]) => shown(object, '{.status.conditions[?(@.type=="Ready")].type}', /Ready/);
const TOLD = '--field-selector=reason=KeptWhileRequestPending,involvedObject.name=b';

/** Rights of one daemon that are taken from it, and what it says of that. */
class Removal {
  readonly #named = new Set<Right>();

  constructor(
    readonly rights: DaemonRights,
    readonly process: RunningDaemon['process'],
  ) {}

  /** Waits until the daemon has written in its log that it lacks each, and who grants it; then gives them back. */
  async named(verb: string, resource?: string): Promise<void> {
    const lacking = this.rights.find(verb, resource);
    for (const right of lacking) await this.#isNamed(right);
    await this.rights.give(lacking);
  }

  /** Takes one from the daemon while it runs, lets something happen that needs it, and gives it back once it is named. */
  async around(verb: string, resource: string, provoke: () => Promise<unknown>): Promise<void> {
    await this.rights.take(this.rights.find(verb, resource));
    await provoke();
    await this.named(verb, resource);
  }

  /** Those that nothing was seen to fail without. */
  idle(): readonly Right[] {
    return this.rights.all.filter((right) => !this.#named.has(right));
  }

  async #isNamed(right: Right): Promise<void> {
    const { verb, resource } = right;
    const words = `give ${this.rights.daemon} the right ${verb} on ${resource} again: manifests/rbac.yaml grants it`;
    const probe = async () => {
      await this.process.assertRunning();
      return (await this.process.log()).includes(words) || undefined;
    };
    await eventually(`the log says: ${words}`, probe, PATIENCE).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${await this.process.logTail()}`);
    });
    this.#named.add(right);
  }
}

/** Takes all rights of these verbs from a daemon that has not been started yet. */
async function without(daemon: string, verbs: readonly string[]): Promise<DaemonRights> {
  const rights = await DaemonRights.of(berth.cluster, daemon);
  await rights.take(rights.all.filter(({ verb }) => verbs.includes(verb)));
  return rights;
}

describe('a controller', () => {
  let removal: Removal;
  let controller: RunningDaemon;
  beforeAll(async () => {
    const rights = await without(CONTROLLER.name, ['list', 'watch', 'get', 'create', 'update']);
    controller = await berth.startController('n1', 'controller', '--default-advertisement');
    removal = new Removal(rights, controller.process);
  });

  it('says of each kind that it may not list or watch it', async () => {
    await removal.named('list');
    await removal.named('watch');
  });

  it('is not ready without the rights on its Lease, one by one', async () => {
    await eventually(
      'what is amiss',
      async () => /cannot get/.test(await controller.ask('/readyz')) || undefined,
      PATIENCE,
    );
    await removal.named('get', 'leases');
    expect(await kubectl('get', 'lease', '-n', 'berth-system', '-o', 'name')).toBe('');
    await removal.named('create', 'leases');
    await removal.named('update', 'leases');
    await berth.ready(controller);
    await shown(['lease', '-n', 'berth-system', CONTROLLER_LEASE], '{.spec.holderIdentity}', /./);
  });

  it('makes no L2Advertisement', async () => {
    await removal.named('create', 'l2advertisements');
    await shown(['bl2', 'default'], '{.metadata.name}', /default/);
  });

  it('cannot report on a pool, or keep it from vanishing, and publishes no address of it', async () => {
    await removal.around('patch', 'ipaddresspools/status', () => berth.cluster.apply(POOL));
    await ready('bpool', 'public');
    await removal.around('patch', 'ipaddresspools', () => service('a'));
    await address('a');
  });

  it('gives no address', async () => {
    await removal.around('patch', 'services/status', () => service('b'));
    await address('b');
  });

  it('tells no events, once for all of them, nor that one has come again', async () => {
    // Those so far were refused.
    await removal.named('create', 'events');
    await kubectl('annotate', 'service', 'b', 'berth.dev/loadBalancerIPs=198.51.100.1');
    await shown(['events', TOLD], '{.items[*].count}', /\d/);
    await kubectl('annotate', 'service', 'b', 'berth.dev/loadBalancerIPs-');
    await shown(['service', 'b'], '{.status.conditions[?(@.type=="berth.dev/Allocated")].reason}', /^Allocated$/);
    await removal.around('patch', 'events', () =>
      kubectl('annotate', 'service', 'b', 'berth.dev/loadBalancerIPs=198.51.100.1'),
    );
  });

  it('shows no address on an Ingress', async () => {
    await removal.around('patch', 'ingresses/status', () => berth.cluster.apply(INGRESS));
    await shown(['ingress', 'shop'], '{.status.loadBalancer.ingress[0].ip}', /192\.0\.2\.5/);
  });

  it('judges no advertisement, peer, profile or community', async () => {
    await removal.around('patch', 'l2advertisements/status', () => berth.cluster.apply(ADVERTISEMENT));
    await ready('bl2', 'extra');
    for (const kind of ['BGPPeer', 'BGPAdvertisement', 'BFDProfile', 'Community']) {
      const objects = TOP_OF_RACK.split('---\n').filter((text) => text.includes(`kind: ${kind}\n`));
      const resource = kind === 'Community' ? 'communities' : `${kind.toLowerCase()}s`;
      await removal.around('patch', `${resource}/status`, () => berth.cluster.apply(objects.join('---\n')));
      await shown([kind], '{.items[*].status.conditions[*].type}', /Ready/);
    }
  });

  it('keeps nothing that is named by others from vanishing', async () => {
    for (const [resource, user] of [
      ['bfdprofiles', 'BGPPeer'],
      ['communities', 'BGPAdvertisement'],
    ] as const) {
      const users = TOP_OF_RACK.split('---\n').filter((text) => text.includes(`kind: ${user}\n`));
      await kubectl('delete', user, '--all');
      await shown([resource], '{.items[*].metadata.finalizers}', /^$/);
      await removal.around('patch', resource, () => berth.cluster.apply(users.join('---\n')));
      await shown([resource], '{.items[*].metadata.finalizers}', /berth\.dev\/in-use/);
    }
    await kubectl('delete', 'bbgp,bpeer', '--all');
  });

  it('has no right but these', () => expect(removal.idle()).toEqual([]));
});

describe('a speaker', () => {
  let removal: Removal;
  let speaker: RunningDaemon;
  beforeAll(async () => {
    const rights = await without(SPEAKER.name, ['list', 'watch', 'get', 'create', 'update', 'patch']);
    speaker = await berth.startSpeaker('n1');
    removal = new Removal(rights, speaker.process);
  });

  it('says of each kind that it may not list or watch it', async () => {
    await removal.named('list');
    await removal.named('watch');
  });

  it('does not join the others without the rights on its status, one by one, and is not ready', async () => {
    const lacking = /the speaker has not joined the others yet: .* the right patch on speakerstatuses\/status/;
    await eventually('what is amiss', async () => lacking.test(await speaker.ask('/readyz')) || undefined, PATIENCE);
    await removal.named('patch', 'speakerstatuses/status');
    await removal.named('get', 'nodes');
    await removal.named('create', 'speakerstatuses');
    await shown(['bspk', 'n1'], '{.status.interfaces[*].name}', /./);
  });

  it('gives no sign of life without the rights on its Lease, and does not take leave', async () => {
    await removal.named('get', 'leases');
    await removal.named('create', 'leases');
    await berth.ready(speaker);
    // A renewal is due in half a minute; one that starts anew finds its Lease, and renews that at once.
    await speaker.process.stop('SIGKILL');
    speaker.process.start();
    await removal.named('update', 'leases');
    await berth.ready(speaker);
    await removal.rights.take(removal.rights.find('delete', 'leases'));
    await speaker.process.stop('SIGINT');
    expect(await kubectl('get', 'lease', '-n', 'berth-system', '-o', 'name')).toContain('berth-speaker-n1');
    speaker.process.start();
    await removal.named('delete', 'leases');
  });

  it('has no right but these', () => expect(removal.idle()).toEqual([]));
});
