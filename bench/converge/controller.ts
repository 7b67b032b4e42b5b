import { hostname } from 'node:os';
import { BERTH_NAMESPACE, CONTROLLER_LEASE } from '../../src/api/access.ts';
import { startController } from '../../src/controller/controller.ts';
import { openRegistry } from '../../src/http/metrics.ts';
import { openLogger } from '../../src/log/winston.ts';
import { LeaseLeadership } from '../../src/store/cluster/lease-leadership.ts';
import { openClusterStore } from '../../src/store/cluster/open-cluster-store.ts';

/** A process of its own: the controller as a pod runs it, until SIGTERM. */
const logger = openLogger({ level: 'info', format: 'json', stream: process.stderr });
const store = await openClusterStore({ logger, namespace: BERTH_NAMESPACE, services: 'all' });
const lease = { namespace: BERTH_NAMESPACE, name: CONTROLLER_LEASE };
const leadership = new LeaseLeadership({ store, lease, identity: `${hostname()}_${process.pid}`, logger });
const controller = startController({ store, leadership, logger, registry: openRegistry('bench') });
leadership.start();
process.once('SIGTERM', async () => {
  await controller.stop();
  await leadership.stop();
  await store.close();
  process.exit();
});
