import { BFDProfileKind } from '../../api/bfd-profile.ts';
import { BGPAdvertisementKind } from '../../api/bgp-advertisement.ts';
import { type BGPPeer, BGPPeerKind } from '../../api/bgp-peer.ts';
import { CommunityKind } from '../../api/community.ts';
import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import { NodeKind } from '../../api/kubernetes/node.ts';
import { SecretKind } from '../../api/kubernetes/secret.ts';
import { closest } from '../../api/near-miss.ts';
import { SpeakerStatusKind } from '../../api/speaker-status.ts';
import { printable } from '../../log/line.ts';
import type { RouterSide } from '../../router-config/router-side.ts';
import { type RouterChoices, type RouterSides, routersOf } from '../../router-config/routers.ts';
import { routerConfiguration, type Vendor } from '../../router-config/vendors.ts';
import { passwordInSecret } from '../../speaker/peering/peer-passwords.ts';
import { formatFault } from '../../store/directory/source-fault.ts';
import type { Store } from '../../store/store.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import { LiveCluster } from '../cluster/live-cluster.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { openDirectory } from '../directory.ts';
import type { DirectoryOptions } from '../directory-options.ts';
import { CommandError } from '../exit-codes.ts';

/** What `berth router-config` was asked for. */
export interface RouterConfigOptions extends ClusterOptions, DirectoryOptions {
  readonly vendor: Vendor;
  readonly router?: string;
  readonly as?: number;
  readonly showPassword?: boolean;
}

type Reader = Pick<Store, 'list'>;

/** Runs `berth router-config`. @throws CommandError */
export async function routerConfig(context: CommandContext, name: string, options: RouterConfigOptions): Promise<void> {
  const store = await open(context, options);
  try {
    const peers = await store.list(BGPPeerKind);
    const peer = found(name, peers);
    const password = options.showPassword ? await passwordOf(peer, store) : undefined;
    const [advertisements, profiles, communities, pools, nodes, speakers] = await Promise.all([
      store.list(BGPAdvertisementKind),
      store.list(BFDProfileKind),
      store.list(CommunityKind),
      store.list(IPAddressPoolKind),
      store.list(NodeKind),
      store.list(SpeakerStatusKind),
    ]);
    const choices: RouterChoices = { asNumber: options.as, password };
    const input = { peers, advertisements, profiles, communities, pools, nodes, speakers };
    const sides = routersOf(name, input, choices);
    const router = chosen(name, sides, options);
    for (const { node, why } of sides.missing) {
      context.stderr.write(`warning: node ${printable(`${node} is left out: ${why}`)}\n`);
    }
    context.stdout.write(routerConfiguration(options.vendor, router));
  } finally {
    await store.close();
  }
}

async function open(context: CommandContext, options: RouterConfigOptions): Promise<Pick<Store, 'list' | 'close'>> {
  if (options.dir === undefined) {
    return new LiveCluster(context, await clusterCredentials(options), { services: 'all' });
  }
  const store = await openDirectory(options.dir, options.stateDir);
  for (const fault of store.faults()) context.stderr.write(`warning: ${formatFault(fault)}\n`);
  return store;
}

function found(name: string, peers: readonly BGPPeer[]): BGPPeer {
  const peer = peers.find(({ metadata }) => metadata.name === name);
  if (peer !== undefined) return peer;
  const names = peers.map(({ metadata }) => metadata.name).sort();
  const near = closest(name, names);
  const remedy =
    near !== undefined ? `did you mean ${near}?` : names.length > 0 ? `there are ${names.join(', ')}` : 'there is none';
  throw new CommandError(`there is no BGPPeer ${name}: ${remedy}`);
}

function chosen(
  name: string,
  { routers, missing }: RouterSides,
  { router: wanted, as }: RouterConfigOptions,
): RouterSide {
  const [first, second] = wanted === undefined ? routers : routers.filter(({ address }) => address === wanted);
  if (first === undefined && wanted !== undefined && routers.length > 0) {
    throw new CommandError(`BGPPeer ${name} is at ${placesOf(routers)}: ${wanted} is none of these`);
  }
  if (first === undefined) {
    const why = missing.map(({ node, why }) => `node ${node}: ${why}`).slice(0, 5);
    throw new CommandError(
      `no node has a session with BGPPeer ${name}: ${why.length > 0 ? why.join('; ') : 'its nodeSelectors match none, or no Node and no SpeakerStatus is there'}`,
    );
  }
  if (second !== undefined) {
    throw new CommandError(`BGPPeer ${name} is several routers: choose one of ${placesOf(routers)} with --router`);
  }
  if (first.asNumber === 0) {
    throw new CommandError(`BGPPeer ${name} takes any AS number (dynamicASN): name the router's with --as`);
  }
  if (as !== undefined && as !== first.asNumber) {
    throw new CommandError(`BGPPeer ${name} wants AS ${first.asNumber} of the router, and --as says ${as}`);
  }
  return first;
}

function placesOf(routers: readonly RouterSide[]): string {
  return routers.map(({ address, asNumber }) => address ?? `an interface (AS ${asNumber})`).join(', ');
}

/** @throws CommandError where it cannot be read from here */
async function passwordOf({ metadata: { name }, spec }: BGPPeer, store: Reader): Promise<string | undefined> {
  if (spec.password !== undefined) return writable(name, spec.password);
  if (spec.passwordFile !== undefined) {
    throw new CommandError(
      `the password of BGPPeer ${name} is in ${spec.passwordFile} on the nodes: leave --show-password out, and put it in yourself`,
    );
  }
  if (spec.passwordSecret === undefined) return undefined;
  const { name: secret, namespace } = spec.passwordSecret;
  const secrets = await store.list(SecretKind);
  const own = secrets.filter(({ metadata }) => metadata.namespace === namespace);
  const read = passwordInSecret(secret, new Map(own.map((each) => [each.metadata.name, each])));
  if (!read.ok) throw new CommandError(`BGPPeer ${name}: ${read.message}`);
  return read.password === undefined ? undefined : writable(name, read.password);
}

/** What no configuration can be broken by, however it quotes. */
function writable(peer: string, password: string): string {
  if (/^[!-~]+$/.test(password) && !/["'\\?#!;{}]/.test(password)) return password;
  throw new CommandError(
    `the password of BGPPeer ${peer} has characters that routers read differently: leave --show-password out, and put it in yourself`,
  );
}
