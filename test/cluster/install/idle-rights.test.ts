import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { printed } from '../../../manifests/document.ts';
import { daemonDocuments } from '../../../manifests/rbac-file.ts';
import { type Access, BERTH_NAMESPACE, CONTROLLER, type Daemon } from '../../../src/api/access.ts';
import { ControllerReplica } from '../../../src/cli/controller/replica.ts';
import { ServedDaemon } from '../../../src/cli/daemon/daemon.ts';
import type { LogFields, Logger } from '../../../src/log/logger.ts';
import { eventually } from '../../lab/eventually.ts';
import { Cluster } from '../cluster.ts';

const PATIENCE = { timeoutMs: 40_000, intervalMs: 200 };
const isFollowed = ({ verbs }: Access): boolean => verbs.includes('watch');

/** The controller's rights but for one rule, under a name of its own. */
const LACKING = CONTROLLER.access.filter(isFollowed).map((missing, index) => ({
  missing,
  daemon: { name: `lacking-${index}`, access: CONTROLLER.access.filter((row) => row !== missing) } satisfies Daemon,
}));

let cluster: Cluster;
const replicas = new Map<string, ServedDaemon<ControllerReplica>>();
/** What each writes to its log by default as amiss. */
const logs = new Map<string, string[]>();
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 0 });
  await cluster.install();
  await cluster.apply(printed(LACKING.flatMap(({ daemon }) => daemonDocuments(daemon))));
  for (const name of [CONTROLLER.name, ...LACKING.map(({ daemon }) => daemon.name)]) await start(name);
});
afterAll(async () => {
  await Promise.all([...replicas.values()].map((replica) => replica.stop()));
  await cluster?.dispose();
});

function recording(lines: string[]): Logger {
  const write = (message: string, fields?: LogFields) => void lines.push(`${message} ${inspect(fields)}`);
  const logger: Logger = { error: write, warn: write, info: () => {}, debug: () => {}, with: () => logger };
  return logger;
}

async function start(name: string): Promise<void> {
  const { kubeconfig } = await cluster.serviceAccount(BERTH_NAMESPACE, name);
  const settings = {
    cluster: { kubeconfig },
    namespace: BERTH_NAMESPACE,
    identity: name,
    loadBalancerClass: undefined,
    ingressGrace: 90_000,
    defaultAdvertisement: true,
    reserved: [],
    http: undefined,
  };
  const lines: string[] = [];
  logs.set(name, lines);
  const logger = recording(lines);
  const replica = new ServedDaemon(new ControllerReplica(settings, logger, '0'), undefined, logger);
  replicas.set(name, replica);
  await replica.start();
}

const notReady = (name: string) => replicas.get(name)?.daemon.notReady() ?? [];

it('is ready with all of its rights, and finds nothing amiss', async () => {
  await eventually('ready', async () => notReady(CONTROLLER.name).length === 0 || undefined, PATIENCE);
  expect((logs.get(CONTROLLER.name) ?? []).filter((line) => line.includes('is forbidden'))).toEqual([]);
});

it.each(LACKING)(
  'is not ready, and says why, without the right to follow $missing.resource',
  async ({ missing, daemon }) => {
    const { group, resource } = missing;
    const amiss = new RegExp(`cannot list resource "${resource}" in API group "${group}"`);
    const isNamed = () => notReady(daemon.name).some((line) => amiss.test(line));
    await eventually('what is amiss', async () => isNamed() || undefined, PATIENCE);
    // Of the rest it has each right that it needs.
    const others = (logs.get(daemon.name) ?? []).filter((line) => line.includes('is forbidden') && !amiss.test(line));
    expect(others).toEqual([]);
  },
);
