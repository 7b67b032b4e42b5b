import type { BGPPeer } from '../../api/bgp-peer.ts';
import type { IPAddressPool } from '../../api/ip-address-pool.ts';
import type { Gateway } from '../../api/kubernetes/gateway.ts';
import type { Ingress } from '../../api/kubernetes/ingress.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import { closest } from '../../api/near-miss.ts';
import { type KubernetesObject, keyOf, keyText } from '../../api/object.ts';
import { explainAddress } from '../../explain/address.ts';
import type { Explanation } from '../../explain/explanation.ts';
import { inFolder } from '../../explain/folder-words.ts';
import { explainGateway } from '../../explain/gateway.ts';
import { explainIngress } from '../../explain/ingress.ts';
import { explainNode } from '../../explain/node.ts';
import { explainPeer } from '../../explain/peer.ts';
import { explainPool } from '../../explain/pool.ts';
import { explainService } from '../../explain/service.ts';
import { Situation } from '../../explain/situation.ts';
import { formatFault } from '../../store/directory/source-fault.ts';
import type { CommandContext } from '../context.ts';
import { CommandError, ExitCode } from '../exit-codes.ts';
import { jsonText, yamlText } from '../output.ts';
import { PlanInputError } from '../plan/input.ts';
import { type ReservedOptions, reservedRanges } from '../reserved.ts';
import { explanationText } from './explanation-text.ts';
import { type ExplainInput, type ExplainSources, readExplainInput } from './input.ts';

/** What `berth explain` was asked for. */
export interface ExplainOptions extends ExplainSources, ReservedOptions {
  readonly output: 'text' | 'json' | 'yaml';
  readonly lbClass?: string;
  readonly detailedExitcode?: boolean;
}

/** Runs `berth explain`. Returns the exit code. @throws CommandError */
export async function explain(
  context: CommandContext,
  subject: readonly [string, string | undefined],
  options: ExplainOptions,
): Promise<number> {
  try {
    const input = await readExplainInput(context, subject, options);
    const { lbClass: loadBalancerClass } = options;
    const reserved = reservedRanges(options);
    const situation = new Situation({ ...input.situation, loadBalancerClass, reserved });
    const explained = explanationOf(input, situation);
    const explanation = options.dir === undefined ? explained : inFolder(explained);
    const text = {
      text: () => explanationText(explanation, context.now()),
      json: () => jsonText(explanation),
      yaml: () => yamlText(explanation),
    };
    context.stdout.write(text[options.output]());
    return options.detailedExitcode && !isWell(explanation) ? ExitCode.Change : ExitCode.Ok;
  } catch (error) {
    if (!(error instanceof PlanInputError)) throw error;
    for (const fault of error.faults) context.stderr.write(`${formatFault(fault)}\n`);
    context.stderr.write(`error: ${error.message}\n`);
    return ExitCode.Error;
  }
}

function isWell({ summary, findings }: Explanation): boolean {
  return [summary, ...findings].every(({ ok }) => ok);
}

function explanationOf({ subject, situation: input }: ExplainInput, situation: Situation): Explanation {
  if (subject.kind === 'Address') return explainAddress(subject.address, situation);
  const { kind, key } = subject;
  const same = input.objects.filter((object) => object.kind === kind.kind);
  if (kind.kind === 'Node') return nodeExplanation(key.name, same, situation);
  const object = same.find((each) => keyText(keyOf(each)) === keyText(key));
  if (object === undefined) throw notFound(kind.kind, keyText(key), same, situation);
  if (kind.kind === 'Service') return explainService(object as Service, situation);
  if (kind.kind === 'Ingress') return explainIngress(object as Ingress, situation);
  if (kind.kind === 'Gateway') return explainGateway(object as Gateway, situation);
  if (kind.kind === 'BGPPeer') return explainPeer(object as BGPPeer, situation);
  return explainPool(object as IPAddressPool, situation);
}

/** A node may have a SpeakerStatus alone, as in a folder. */
function nodeExplanation(name: string, nodes: readonly KubernetesObject[], situation: Situation): Explanation {
  const explanation = explainNode(name, situation);
  if (explanation === undefined) throw notFound('Node', name, [...nodes, ...situation.objects.speakers], situation);
  return explanation;
}

/** Names what may have been meant: the same name elsewhere, or one that is near. */
function notFound(kind: string, key: string, same: readonly KubernetesObject[], { unread }: Situation): CommandError {
  const refused = unread.find(({ what }) => what === kind);
  if (refused !== undefined) return new CommandError(`cannot read ${kind} ${key}: ${refused.why}`);
  const keys = [...new Set(same.map((each) => keyText(keyOf(each))))];
  const name = key.slice(key.lastIndexOf('/') + 1);
  const elsewhere = keys.filter((each) => each.endsWith(`/${name}`));
  const near = closest(key, keys);
  const candidates = elsewhere.length > 0 ? elsewhere.slice(0, 3) : near === undefined ? [] : [near];
  const remedy =
    candidates.length > 0
      ? `did you mean ${candidates.join(' or ')}?`
      : keys.length === 0
        ? `there is no ${kind} at all`
        : `there are ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ` and ${keys.length - 5} more` : ''}`;
  return new CommandError(`there is no ${kind} ${key}: ${remedy}`);
}
