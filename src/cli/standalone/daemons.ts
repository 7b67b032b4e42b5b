import { setTimeout as after } from 'node:timers/promises';
import { NodeKind } from '../../api/kubernetes/node.ts';
import { type Controller, startController } from '../../controller/controller.ts';
import { formatHttpAddress } from '../../http/http-address.ts';
import { openRegistry, type Registry } from '../../http/metrics.ts';
import type { Logger } from '../../log/logger.ts';
import { startSpeaker } from '../../speaker/node-speaker.ts';
import type { Speaker } from '../../speaker/speaker.ts';
import type { StopReason } from '../../speaker/wire/messages.ts';
import type { DirectoryStore } from '../../store/directory/directory-store.ts';
import { openDirectoryStore } from '../../store/directory/open-directory-store.ts';
import { formatFault } from '../../store/directory/source-fault.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { readMessageSecrets } from '../daemon/message-key.ts';
import type { Teardown } from '../daemon/teardown.ts';
import { CommandError } from '../exit-codes.ts';
import type { KnowingLeadership } from './knowing-leadership.ts';
import { openLeadership } from './leadership.ts';
import { OrphanPruning } from './orphan-pruning.ts';
import type { StandaloneSettings } from './settings.ts';

/** How long allocation waits for this node's speaker to tell its interfaces. Milliseconds. */
const JOIN_PATIENCE = 2_000;

/** What runs in one process of `berth standalone`, and how far it has come. */
export class Daemons implements Daemon {
  readonly registry: Registry;
  #store: DirectoryStore | undefined;
  #leadership: KnowingLeadership | undefined;
  #controller: Controller | undefined;
  #controllerSynced = false;
  #speaker: Speaker | undefined;

  constructor(
    private readonly settings: StandaloneSettings,
    private readonly logger: Logger,
    private readonly version: string,
    private readonly stopReason: () => StopReason = () => 'Leave',
  ) {
    this.registry = openRegistry(version);
  }

  async start(teardown: Teardown): Promise<void> {
    const { directory, stateDirectory, loadBalancerClass, shared, reserved } = this.settings;
    const { logger, registry } = this;
    const store = await openDirectoryStore({ directory, stateDirectory, logger, installDefaults: true });
    this.#store = store;
    teardown.add('store', () => store.close());
    if (this.settings.speaker && !shared) await assertPeersKnown(store, this.settings);
    const leadership = openLeadership(this.settings, store, logger);
    this.#leadership = leadership;
    teardown.add('lock', () => leadership.stop());
    const given = { loadBalancerClass, ownCopy: !shared, reserved };
    const controller = startController({ store, leadership, logger, registry, ...given });
    this.#controller = controller;
    teardown.add('controller', () => controller.stop());
    const pruning = new OrphanPruning(store, leadership, logger);
    teardown.add('pruning', () => pruning.stop());
    void controller.synced.then(() => {
      this.#controllerSynced = true;
    });
    if (this.settings.speaker) await this.#speak(store, teardown);
    leadership.start();
  }

  /** No address is given before the store knows those of this node and its gateways, or it is clear that it will not. */
  async #speak(store: DirectoryStore, teardown: Teardown): Promise<void> {
    const { nodeName, loadBalancerClass, messageKeyFile, rejectUnserved, shared } = this.settings;
    const { logger, registry } = this;
    const messageSecrets = await readMessageSecrets(messageKeyFile);
    const given = { loopback: true, loadBalancerClass, messageSecrets, rejectUnserved, peersFromNodes: !shared };
    const speaker = await startSpeaker({ store, nodeName, logger, registry, ...given });
    this.#speaker = speaker;
    teardown.add('speaker', () => speaker.stop(this.stopReason()));
    const patience = new AbortController();
    const late = after(JOIN_PATIENCE, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([speaker.joined, late]);
    patience.abort();
  }

  notReady(): readonly string[] {
    const missing: string[] = [];
    if (!this.#store) missing.push('the folder has not been read yet');
    missing.push(...(this.#leadership?.obstacles() ?? []));
    if (!this.#controller) missing.push('the controller has not started yet');
    else if (!this.#controllerSynced) missing.push('the controller does not know all objects yet');
    if (this.settings.speaker && !this.#speaker) missing.push('the speaker has not started yet');
    else if (this.#speaker && !this.#speaker.ready()) missing.push('the speaker has not joined the others yet');
    return missing;
  }

  unreadable(): readonly string[] {
    return this.#store?.faults().map(({ object = '' }) => object.replace(/\/.*$/, '')) ?? [];
  }

  status(): object {
    const { directory, nodeName, shared, http, loadBalancerClass } = this.settings;
    return {
      version: this.version,
      node: nodeName,
      directory,
      shared,
      loadBalancerClass: loadBalancerClass ?? null,
      http: http ? formatHttpAddress(http) : null,
      notReady: this.notReady(),
      allocating: this.#leadership?.held() ?? false,
      allocator: this.#leadership?.holder() ?? null,
      speaker: this.settings.speaker,
      faults: this.#store?.faults().map(formatFault) ?? [],
    };
  }
}

/** Copies of one folder do not see each other: without the addresses of its peers each would answer for every address. */
async function assertPeersKnown(store: DirectoryStore, { directory, nodeName }: StandaloneSettings): Promise<void> {
  const nodes = await store.list(NodeKind);
  if (nodes.length < 2) return;
  const instead = 'or give --shared where all nodes see this one folder, or --no-speaker';
  if (!nodes.some(({ metadata }) => metadata.name === nodeName)) {
    throw new CommandError(`${directory} lists several Nodes and none of the name ${nodeName}: add it, ${instead}`);
  }
  const lost = nodes.filter(({ status }) => !status?.addresses?.some(({ type }) => type === 'InternalIP'));
  if (lost.length === 0) return;
  const names = lost.map(({ metadata }) => metadata.name).join(', ');
  throw new CommandError(
    `${directory} lists several Nodes, and not where ${names} can be reached: give each an InternalIP in status.addresses, ${instead}`,
  );
}
