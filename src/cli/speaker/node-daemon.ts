import { BERTH_NAMESPACE } from '../../api/access.ts';
import { formatHttpAddress } from '../../http/http-address.ts';
import { openRegistry, type Registry } from '../../http/metrics.ts';
import type { Logger } from '../../log/logger.ts';
import { startSpeaker } from '../../speaker/node-speaker.ts';
import type { Speaker } from '../../speaker/speaker.ts';
import type { StopReason } from '../../speaker/wire/messages.ts';
import { ClusterStore } from '../../store/cluster/cluster-store.ts';
import { unfollowedText } from '../../store/cluster/unfollowed.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import { objectFaultText } from '../cluster/object-fault.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { readMessageSecrets } from '../daemon/message-key.ts';
import type { Teardown } from '../daemon/teardown.ts';
import type { SpeakerSettings } from './settings.ts';

/** The speaker of one node of a cluster. kube-proxy makes the node accept the addresses that it announces. */
export class NodeDaemon implements Daemon {
  readonly registry: Registry;
  #server: URL | undefined;
  #store: ClusterStore | undefined;
  #speaker: Speaker | undefined;

  constructor(
    private readonly settings: SpeakerSettings,
    private readonly logger: Logger,
    private readonly version: string,
    private readonly stopReason: () => StopReason = () => 'Leave',
  ) {
    this.registry = openRegistry(version);
  }

  async start(teardown: Teardown): Promise<void> {
    const { cluster, nodeName, loadBalancerClass, messageKeyFile, rejectUnserved } = this.settings;
    const { logger, registry } = this;
    const messageSecrets = await readMessageSecrets(messageKeyFile);
    const credentials = await clusterCredentials(cluster);
    this.#server = credentials.server;
    const store = new ClusterStore({ credentials, logger, namespace: BERTH_NAMESPACE, reports: 'interfaces' });
    this.#store = store;
    teardown.add('store', () => store.close());
    const speaker = await startSpeaker({
      store,
      nodeName,
      logger,
      registry,
      loopback: false,
      loadBalancerClass,
      isCluster: true,
      messageSecrets,
      rejectUnserved,
    });
    this.#speaker = speaker;
    teardown.add('speaker', () => speaker.stop(this.stopReason()));
  }

  notReady(): readonly string[] {
    if (!this.#speaker) return ['the speaker has not started yet'];
    if (this.#speaker.ready()) return [];
    const missing = this.#speaker.missing();
    if (missing !== undefined) return [missing];
    const kinds = this.#store?.unfollowed().map((kind) => `the speaker ${unfollowedText(kind)}`) ?? [];
    if (kinds.length > 0) return kinds;
    const trouble = this.#speaker.trouble();
    return [`the speaker has not joined the others yet${trouble === undefined ? '' : `: ${trouble}`}`];
  }

  unreadable(): readonly string[] {
    return this.#store?.faults().map(({ kind }) => kind) ?? [];
  }

  status(): object {
    const { nodeName, loadBalancerClass, http } = this.settings;
    return {
      version: this.version,
      server: this.#server?.href ?? null,
      node: nodeName,
      loadBalancerClass: loadBalancerClass ?? null,
      http: http ? formatHttpAddress(http) : null,
      notReady: this.notReady(),
      faults: this.#store?.faults().map(objectFaultText) ?? [],
    };
  }
}
