import type { Explanation } from '../../explain/explanation.ts';
import type { Finding } from '../../explain/finding.ts';
import { printable } from '../../log/line.ts';
import { addressBlocks } from './address-text.ts';
import { gatewayBlocks } from './gateway-text.ts';
import { ingressBlocks } from './ingress-text.ts';
import { blocksText, fieldsText } from './layout.ts';
import { nodeBlocks } from './node-text.ts';
import { peerBlocks } from './peer-text.ts';
import { poolBlocks } from './pool-text.ts';
import { serviceBlocks } from './service-text.ts';

const KIND_WORDS: Readonly<Record<string, string>> = { IPAddressPool: 'Pool', BGPPeer: 'BGP peer' };

/** An explanation for people: what it is, what is the matter and what to do, then how that came about. */
export function explanationText(explanation: Explanation, now: Date): string {
  const { object, summary, findings, notChecked, service, pool, ingress, address, peer, node, gateway } = explanation;
  const name = object.namespace === null ? object.name : `${object.namespace}/${object.name}`;
  const head = fieldsText([
    [KIND_WORDS[object.kind] ?? object.kind, name],
    ['Status', `${summary.ok ? 'ok' : 'needs attention'}: ${summary.reason}`],
    ['Why', summary.message],
    ...(summary.remedy === null ? [] : [['What to do', summary.remedy] as const]),
  ]);
  return blocksText([
    head,
    findingsText(findings),
    ...(gateway === undefined ? [] : gatewayBlocks(gateway)),
    ...(service === undefined ? [] : serviceBlocks(service, now)),
    ...(pool === undefined ? [] : poolBlocks(pool)),
    ...(ingress === undefined ? [] : ingressBlocks(ingress)),
    ...(address === undefined ? [] : addressBlocks(address, now)),
    ...(peer === undefined ? [] : peerBlocks(peer, now)),
    ...(node === undefined ? [] : nodeBlocks(node, now)),
    notCheckedText(notChecked),
  ]);
}

function findingsText(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const lines = findings.map(({ reason, message, remedy }) => {
    return `  ${printable(`${reason}: ${message}`)}\n${remedy === null ? '' : `      -> ${printable(remedy)}\n`}`;
  });
  return `Besides:\n${lines.join('')}`;
}

function notCheckedText(notChecked: Explanation['notChecked']): string {
  if (notChecked.length === 0) return '';
  return `Not looked at:\n${notChecked.map(({ what, why }) => `  ${printable(`${what}: ${why}`)}\n`).join('')}`;
}
