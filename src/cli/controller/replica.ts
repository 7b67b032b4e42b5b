import { BERTH_NAMESPACE, CONTROLLER, CONTROLLER_LEASE } from '../../api/access.ts';
import { systemClock } from '../../controller/clock.ts';
import { type Controller, startController } from '../../controller/controller.ts';
import { DefaultAdvertisement, type OnceNote } from '../../controller/default-advertisement.ts';
import { formatHttpAddress } from '../../http/http-address.ts';
import { openRegistry, type Registry } from '../../http/metrics.ts';
import type { Logger } from '../../log/logger.ts';
import { ClusterStore } from '../../store/cluster/cluster-store.ts';
import { EventRecorder } from '../../store/cluster/event-recorder.ts';
import { LeaseLeadership } from '../../store/cluster/lease-leadership.ts';
import { type Unfollowed, unfollowedText } from '../../store/cluster/unfollowed.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import { objectFaultText } from '../cluster/object-fault.ts';
import type { Daemon } from '../daemon/daemon.ts';
import type { Teardown } from '../daemon/teardown.ts';
import type { ControllerSettings } from './settings.ts';

/** One of the processes that contend for the right to give addresses in a cluster. All follow the objects; one writes. */
export class ControllerReplica implements Daemon {
  readonly registry: Registry;
  #server: URL | undefined;
  #store: ClusterStore | undefined;
  #leadership: LeaseLeadership | undefined;
  #controller: Controller | undefined;
  #isSynced = false;
  #isStopping = false;

  constructor(
    private readonly settings: ControllerSettings,
    private readonly logger: Logger,
    private readonly version: string,
  ) {
    this.registry = openRegistry(version);
  }

  async start(teardown: Teardown): Promise<void> {
    const { cluster, namespace, identity, loadBalancerClass, ingressGrace, reserved, defaultAdvertisement } =
      this.settings;
    const { logger, registry } = this;
    const credentials = await clusterCredentials(cluster);
    this.#server = credentials.server;
    // The external IPs of Services of any type are never given.
    const store = new ClusterStore({ credentials, logger, namespace: BERTH_NAMESPACE, services: 'all' });
    this.#store = store;
    teardown.add('store', () => store.close());
    const lease = { namespace, name: CONTROLLER_LEASE };
    const leadership = new LeaseLeadership({ store, lease, identity, logger });
    this.#leadership = leadership;
    teardown.add('Lease', () => leadership.stop());
    const source = { component: CONTROLLER.name, instance: identity };
    const events = new EventRecorder({ client: store.client, source, logger });
    teardown.add('events', () => events.stop());
    if (defaultAdvertisement) {
      const note = firstStartNote(leadership);
      const first = new DefaultAdvertisement({ store, leadership, note, logger, clock: systemClock });
      teardown.add('default advertisement', () => first.stop());
    }
    await leadership.look();
    const shared = { store, leadership, logger, registry };
    const controller = startController({ ...shared, events, loadBalancerClass, ingressGrace, reserved });
    this.#controller = controller;
    teardown.add('controller', () => {
      this.#isStopping = true;
      return controller.stop();
    });
    void controller.synced.then(() => {
      this.#isSynced = true;
      // One that cannot decide must not keep another from it.
      if (!this.#isStopping) leadership.start();
    });
  }

  /** A replica that does not lead is ready as well: it is one that can. */
  notReady(): readonly string[] {
    if (!this.#controller) return ['the controller has not started yet'];
    const kinds = this.#unknownKinds().map((kind) => `the controller ${unfollowedText(kind)}`);
    if (kinds.length > 0) return kinds;
    if (!this.#isSynced) return ['the controller does not know all objects of the cluster yet'];
    const trouble = this.#leadership?.held() ? undefined : this.#leadership?.trouble();
    return trouble === undefined ? [] : [trouble];
  }

  /** Once it decides, a watch that is interrupted is no reason to replace it; kinds that it has never known are. */
  #unknownKinds(): readonly Unfollowed[] {
    const unfollowed = this.#store?.unfollowed() ?? [];
    return unfollowed.filter(({ isSynced }) => !this.#isSynced || !isSynced);
  }

  unreadable(): readonly string[] {
    return this.#store?.faults().map(({ kind }) => kind) ?? [];
  }

  status(): object {
    const { namespace, identity, loadBalancerClass, http } = this.settings;
    return {
      version: this.version,
      server: this.#server?.href ?? null,
      identity,
      lease: `${namespace}/${CONTROLLER_LEASE}`,
      loadBalancerClass: loadBalancerClass ?? null,
      http: http ? formatHttpAddress(http) : null,
      notReady: this.notReady(),
      leading: this.#leadership?.held() ?? false,
      leader: this.#leadership?.holder() ?? null,
      faults: this.#store?.faults().map(objectFaultText) ?? [],
    };
  }
}

/** On the Lease, which goes with the namespace. */
const FIRST_START = 'berth.dev/default-advertisement';

function firstStartNote(leadership: LeaseLeadership): OnceNote {
  return {
    isSet: () => leadership.note(FIRST_START) !== undefined,
    set: () => leadership.setNote(FIRST_START, 'seen-to'),
  };
}
