import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { buildProgram } from '../../src/cli/program.ts';
import { recordingContext } from '../cli/recording-context.ts';

type Labels = Readonly<Record<string, string>>;
interface Selector {
  readonly matchLabels: Labels;
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector?: Selector;
    readonly podSelector?: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly { readonly ports: readonly object[] }[];
    readonly podMetricsEndpoints?: readonly { readonly port: string }[];
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
  };
}
interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly containers: readonly {
    readonly args: readonly string[];
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  }[];
  readonly topologySpreadConstraints?: readonly { readonly labelSelector: Selector }[];
}

const SELECTING = ['Deployment', 'DaemonSet', 'NetworkPolicy', 'PodDisruptionBudget', 'PodMonitor'];
const objects = ['berth.yaml', 'components/prometheus/pod-monitors.yaml']
  .flatMap((file) => parseAllDocuments(readFileSync(new URL(`../../manifests/${file}`, import.meta.url), 'utf8')))
  .map((document): Manifest => document.toJS())
  .filter(({ kind }) => SELECTING.includes(kind));
const of = (kind: string) => objects.filter((object) => object.kind === kind);
const WORKLOADS = [...of('Deployment'), ...of('DaemonSet')];
const podOf = ({ spec }: Manifest) => spec.template?.spec.containers[0];

/** The workloads whose pods a selector finds. */
function found({ matchLabels }: Selector): readonly string[] {
  const has = (labels: Labels) => Object.entries(matchLabels).every(([label, value]) => labels[label] === value);
  return WORKLOADS.filter(({ spec }) => has(spec.template?.metadata.labels ?? {})).map(({ metadata }) => metadata.name);
}

describe('the manifests', () => {
  const selectors = objects.flatMap(({ kind, metadata, spec }) => {
    const constraints = spec.template?.spec.topologySpreadConstraints ?? [];
    const all = [spec.selector, spec.podSelector, ...constraints.map(({ labelSelector }) => labelSelector)];
    const given = all.filter((selector) => selector !== undefined);
    return given.map((selector) => [`${kind} ${metadata.name}`, metadata.name, selector] as const);
  });

  it('have selectors in all that selects pods', () => {
    expect(new Set(selectors.map(([, , selector]) => JSON.stringify(selector))).size).toBe(2);
    expect(new Set(selectors.map(([object]) => object.split(' ')[0]))).toEqual(new Set(SELECTING));
  });

  it.each(selectors)('find by %s the pods of one workload', (_, name, selector) => {
    expect(found(selector)).toEqual([name.replace(/-metrics$/, '')]);
  });
});

describe.each(WORKLOADS.map((workload) => [workload.metadata.name, workload] as const))('%s', (name, workload) => {
  const { args = [], ports = [] } = podOf(workload) ?? {};

  it('declares the port that its program listens on', () => {
    const command = buildProgram(recordingContext(), () => {}).commands.find((each) => each.name() === args[0]);
    const byDefault: unknown = command?.options.find(({ long }) => long === '--http-address')?.defaultValue;
    const given = args.find((arg) => arg.startsWith('--http-address='))?.split('=')[1];
    const port = Number(/:(\d+)$/.exec(given ?? String(byDefault))?.[1]);
    expect(ports).toEqual([{ name: 'http', containerPort: port }]);
  });

  it('is scraped at that port', () => {
    const [monitor] = of('PodMonitor').filter(({ spec }) => found(spec.selector ?? { matchLabels: {} }).includes(name));
    expect(monitor?.spec.podMetricsEndpoints).toMatchObject([{ port: 'http' }]);
  });
});

describe('network policies', () => {
  const policies = of('NetworkPolicy');

  it('are for pods with a network of their own, and leave open what they ask for: the API server at any port', () => {
    const names = policies.flatMap(({ spec }) => found(spec.podSelector ?? { matchLabels: {} }));
    const selected = WORKLOADS.filter(({ metadata }) => names.includes(metadata.name));
    expect(selected.map(({ spec }) => spec.template?.spec.hostNetwork ?? false)).toEqual([false]);
    expect(policies.map(({ spec }) => spec.policyTypes)).toEqual(policies.map(() => ['Ingress']));
  });

  it('open with Prometheus the port that is scraped, and no other', () => {
    const [controller] = of('Deployment');
    if (controller === undefined) throw new Error('no controller');
    const opened = policies.flatMap(({ spec }) => spec.ingress ?? []).flatMap(({ ports }) => ports);
    const port = podOf(controller)?.ports.find(({ name }) => name === 'http')?.containerPort;
    expect(opened).toEqual([{ protocol: 'TCP', port }]);
  });
});
