import type { Command } from 'commander';
import { BGPPeerKind } from '../../api/bgp-peer.ts';
import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import type { Kind } from '../../api/kind.ts';
import { GatewayKind } from '../../api/kubernetes/gateway.ts';
import { IngressKind } from '../../api/kubernetes/ingress.ts';
import { NodeKind } from '../../api/kubernetes/node.ts';
import { ServiceKind } from '../../api/kubernetes/service.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { DEFAULT_NAMESPACE } from '../../api/schema/define-kind.ts';
import { SpeakerStatusKind } from '../../api/speaker-status.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import { LiveCluster } from '../cluster/live-cluster.ts';
import type { CommandContext } from '../context.ts';
import { openDirectory } from '../directory.ts';
import { RESOURCE_NAMES } from '../get/resource-names.ts';
import { type Candidate, expected, optionValue } from './words.ts';

/** Nothing more, or files too: `ShellCompDirectiveNoFileComp` and `ShellCompDirectiveDefault` of cobra. */
const NO_FILES = ':4\n';
const FILES = ':0\n';

/** How long a cluster may take to tell the names of its objects, in milliseconds. */
const PATIENCE = 2_000;

/** What to offer for the last of the words. Never rejects: who types wants no errors. */
export async function complete(context: CommandContext, program: Command, words: readonly string[]): Promise<string> {
  const typed = words.at(-1) ?? '';
  const wanted = expected(program, words);
  if (wanted.what === 'files') return FILES;
  const all = wanted.what === 'words' ? wanted.words : await names(context, wanted.command, wanted.before, words);
  const fitting = all.filter(({ word }) => word.startsWith(typed));
  return fitting.map(({ word, about }) => `${word}${about ? `\t${about}` : ''}\n`).join('') + NO_FILES;
}

const OF_RESOURCE: readonly (readonly [readonly string[], Kind<KubernetesObject>])[] = [
  [RESOURCE_NAMES.pools, IPAddressPoolKind],
  [RESOURCE_NAMES.services, ServiceKind],
  [RESOURCE_NAMES.speakers, SpeakerStatusKind],
];
const EXPLAINED: readonly (readonly [readonly string[], Kind<KubernetesObject>])[] = [
  [['service', 'svc'], ServiceKind],
  [['pool', 'bpool', 'ipaddresspool'], IPAddressPoolKind],
  [['ingress', 'ing'], IngressKind],
  [['gateway', 'gtw'], GatewayKind],
  [['peer', 'bpeer', 'bgppeer'], BGPPeerKind],
  [['node', 'no'], NodeKind],
  [['speaker'], SpeakerStatusKind],
];

async function names(
  context: CommandContext,
  command: string,
  before: readonly string[],
  words: readonly string[],
): Promise<readonly Candidate[]> {
  if (command === 'drain' || command === 'undrain') return await namesOf(context, NodeKind, words);
  const kinds = command === 'get' ? OF_RESOURCE : command === 'explain' ? EXPLAINED : [];
  const [resource] = before;
  if (resource !== undefined) {
    const kind = kinds.find(([called]) => called.includes(resource))?.[1];
    return kind === undefined ? [] : await namesOf(context, kind, words);
  }
  if (command === 'get') return Object.values(RESOURCE_NAMES).map(([word]) => ({ word }));
  const typed = words.at(-1) ?? '';
  const kind = kinds.find(([called]) => called.includes(typed.split('/')[0] ?? '') && typed.includes('/'));
  if (kind === undefined) return kinds.map(([[word = '']]) => ({ word: `${word}/` }));
  const prefix = typed.slice(0, typed.indexOf('/') + 1);
  return (await namesOf(context, kind[1], words)).map(({ word }) => ({ word: prefix + word }));
}

/** The names of the objects of a kind, as far as they can be had in time. */
async function namesOf(
  context: CommandContext,
  kind: Kind<KubernetesObject>,
  words: readonly string[],
): Promise<readonly Candidate[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Candidate[]>((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE);
  });
  try {
    return await Promise.race([late, readNames(context, kind, words)]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}

async function readNames(
  context: CommandContext,
  kind: Kind<KubernetesObject>,
  words: readonly string[],
): Promise<readonly Candidate[]> {
  const dir = optionValue(words, '--dir');
  const asked = optionValue(words, '-n', '--namespace');
  const open = async () => {
    if (dir !== undefined) return { store: await openDirectory(dir, optionValue(words, '--state-dir')), within: asked };
    const chosen = { kubeconfig: optionValue(words, '--kubeconfig'), context: optionValue(words, '--context') };
    const credentials = await clusterCredentials(chosen);
    const within = kind.namespaced ? (asked ?? credentials.namespace ?? DEFAULT_NAMESPACE) : undefined;
    return { store: new LiveCluster(context, credentials, { within }), within };
  };
  const { store, within = DEFAULT_NAMESPACE } = await open();
  try {
    const objects = await store.list(kind);
    const shown = objects.filter(
      ({ metadata }) => !kind.namespaced || (metadata.namespace ?? DEFAULT_NAMESPACE) === within,
    );
    return shown.map(({ metadata }) => ({ word: metadata.name })).sort((a, b) => (a.word < b.word ? -1 : 1));
  } finally {
    await store.close();
  }
}
