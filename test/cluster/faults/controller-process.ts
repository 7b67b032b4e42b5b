import { CONTROLLER, CONTROLLER_LEASE } from '../../../src/api/access.ts';
import { startController } from '../../../src/controller/controller.ts';
import { openRegistry } from '../../../src/http/metrics.ts';
import { openLogger } from '../../../src/log/winston.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { EventRecorder } from '../../../src/store/cluster/event-recorder.ts';
import { LeaseLeadership } from '../../../src/store/cluster/lease-leadership.ts';
import { DEFAULT_TIMING } from '../../../src/store/cluster/reflector-protocol.ts';
import { BACKOFF, NAMESPACE, TIMING } from './timing.ts';

/** A process of its own: a replica of the controller behind the proxy at `SERVER`, with less patience than in earnest. */
const { SERVER = '', IDENTITY = '' } = process.env;
const logger = openLogger({ level: 'info', format: 'json', stream: process.stderr });
const authorization = { headers: {}, tls: {} };
const credentials = { server: new URL(SERVER), authorize: async () => authorization, refresh: () => {} };
const timing = { ...DEFAULT_TIMING, backoff: BACKOFF };
const store = new ClusterStore({ credentials, logger, namespace: NAMESPACE, services: 'all', timing });
const lease = { namespace: NAMESPACE, name: CONTROLLER_LEASE };
const leadership = new LeaseLeadership({ store, lease, identity: IDENTITY, logger, timing: TIMING });
const source = { component: CONTROLLER.name, instance: IDENTITY };
const events = new EventRecorder({ client: store.client, source, logger });
startController({ store, leadership, logger, events, registry: openRegistry('test') });
leadership.start();
