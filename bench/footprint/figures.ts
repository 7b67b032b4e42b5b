import { BERTH_NAMESPACE, CONTROLLER, SPEAKER } from '../../src/api/access.ts';
import type { AuditedRequest } from '../../test/cluster/audit.ts';
import { KUBELET_REQUESTS } from '../converge/heartbeats.ts';
import { type Result, summarise } from '../measure.ts';
import type { Observation } from './observe.ts';
import { unmeasured } from './published.ts';
import { requestsPerMinute, type Span } from './requests.ts';

/** The program that all speak to. */
const SERVER = 'kube-apiserver';

/** Memory of each daemon, and processor time of each beside the API server's in the same seconds. */
export function consumption(prefix: string, n: number, { cpu, rss }: Observation): readonly Result[] {
  const berth = [...rss].filter(([name]) => name !== SERVER);
  const sum = berth.reduce((total, [name]) => total + (cpu.get(name) ?? Number.NaN), 0);
  return [
    ...berth.map(([name, samples]) => summarise(`${prefix}rss-${name}`, n, 'MiB', samples)),
    ...[...cpu].map(([name, share]) => summarise(`${prefix}cpu-${name}`, n, '%', [share])),
    summarise(`${prefix}cpu-ratio`, n, 'x', [sum / (cpu.get(SERVER) ?? Number.NaN)]),
  ];
}

/** Requests a minute of all replicas of the controller, and of one speaker. */
export function rates(requests: readonly AuditedRequest[], span: Span): { controller: number; speaker: number } {
  const rate = (account: string) =>
    requestsPerMinute(requests, `system:serviceaccount:${BERTH_NAMESPACE}:${account}`, span);
  return { controller: rate(CONTROLLER.name), speaker: rate(SPEAKER.name) };
}

/**
 * What an installation on `n` nodes asks for by the minute: the controllers, `n` speakers of which one was watched, and both
 * beside the signs of life of `n` kubelets.
 *
 * @param speaker undefined where it was not watched for long enough
 */
export function requestFigures(n: number, controllers: number, speaker: number | undefined): readonly Result[] {
  const names = ['requests-speaker', 'requests-berth', 'requests-ratio'] as const;
  const first = summarise('requests-controllers', n, '1/min', [controllers]);
  if (speaker === undefined) {
    return [first, ...names.map((name) => unmeasured(name, n, name.endsWith('ratio') ? 'x' : '1/min'))];
  }
  const all = controllers + n * speaker;
  return [
    first,
    summarise(names[0], n, '1/min', [speaker]),
    summarise(names[1], n, '1/min', [all]),
    summarise(names[2], n, 'x', [all / (n * KUBELET_REQUESTS)]),
  ];
}
