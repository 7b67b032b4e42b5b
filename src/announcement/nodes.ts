import type { Node } from '../api/kubernetes/node.ts';
import type { AnnouncementInput } from './input.ts';
import { compareText } from './rank.ts';
import { reservedFor } from './reserved-interfaces.ts';
import type { Segments } from './segments.ts';

/** A node as selectors see it. */
export interface LabelledNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent where only the speaker is known. */
  readonly object?: Node | undefined;
}

/** A node as the plan sees it: what its Node object and its speaker say. */
export interface KnownNode extends LabelledNode {
  /** Whether a speaker runs on it that can be relied on. */
  readonly alive: boolean;
  /** By name; undefined until its speaker has reported. */
  readonly interfaces?: readonly AttachedInterface[] | undefined;
}

/** One interface of a node, as its speaker reports it. */
export interface AttachedInterface {
  readonly name: string;
  readonly up: boolean;
  /** Who makes interfaces of this name, where it is one that announces only if an advertisement names it. */
  readonly reservedFor?: string | undefined;
  /** The networks that its addresses are in. */
  readonly networks: readonly number[];
  /** Its addresses as reported, for messages. */
  readonly addresses: readonly string[];
}

/** The label that the kubelet gives to every node; the only one known of a node without a Node object. */
const HOSTNAME_LABEL = 'kubernetes.io/hostname';

/** The node of this name, with the labels that it has where there is no Node object. */
export function labelledNode(name: string, object: Node | undefined): LabelledNode {
  return { name, object, labels: object ? (object.metadata.labels ?? {}) : { [HOSTNAME_LABEL]: name } };
}

/** Every node that has a Node object or a SpeakerStatus, by name. Their prefixes are entered in `segments`. */
export function knownNodes(
  input: Pick<AnnouncementInput, 'nodes' | 'speakers' | 'alive'>,
  segments: Segments,
): readonly KnownNode[] {
  const objects = new Map(input.nodes.map((node) => [node.metadata.name, node]));
  const speakers = new Map(input.speakers.map((speaker) => [speaker.metadata.name, speaker]));
  const names = [...new Set([...objects.keys(), ...speakers.keys()])].sort(compareText);
  return names.map((name) => {
    const speaker = speakers.get(name);
    return {
      ...labelledNode(name, objects.get(name)),
      alive: speaker !== undefined && (input.alive?.has(name) ?? true),
      interfaces: speaker?.status?.interfaces
        ?.map(({ name, up, addresses = [] }) => ({
          name,
          up,
          addresses,
          reservedFor: reservedFor(name),
          networks: addresses.flatMap((prefix) => segments.networkOf(prefix) ?? []),
        }))
        .sort((a, b) => compareText(a.name, b.name)),
    };
  });
}
