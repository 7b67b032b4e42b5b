import { CONTROLLER_LEASE } from '../../../src/api/access.ts';
import { startController } from '../../../src/controller/controller.ts';
import { openRegistry } from '../../../src/http/metrics.ts';
import { openLogger } from '../../../src/log/winston.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { LeaseLeadership } from '../../../src/store/cluster/lease-leadership.ts';
import { NAMESPACE, TIMING } from './timing.ts';

/** A process of its own: a replica of the controller behind the proxy at `SERVER`, with a lease that runs out quickly. */
const { SERVER = '', IDENTITY = '' } = process.env;
const logger = openLogger({ level: 'info', format: 'json', stream: process.stderr });
const authorization = { headers: {}, tls: {} };
const credentials = { server: new URL(SERVER), authorize: async () => authorization, refresh: () => {} };
const store = new ClusterStore({ credentials, logger, namespace: NAMESPACE, services: 'all' });
const lease = { namespace: NAMESPACE, name: CONTROLLER_LEASE };
const leadership = new LeaseLeadership({ store, lease, identity: IDENTITY, logger, timing: TIMING });
startController({ store, leadership, logger, registry: openRegistry('test') });
leadership.start();
