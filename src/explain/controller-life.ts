import { BERTH_NAMESPACE, CONTROLLER_LEASE } from '../api/access.ts';
import type { Lease } from '../api/kubernetes/lease.ts';
import { SERVICE_FINDINGS } from '../api/reasons/explanation.ts';
import { type Finding, finding } from './finding.ts';
import { lifeSign } from './life-sign.ts';

/** Whether a controller decides and writes at present, by the Lease that its replicas contend for. */
export interface ControllerLife {
  /** `Held` by one that lives; `Expired`; `Released` or never there (`Missing`); `Unknown` where no Lease tells. */
  readonly state: 'Held' | 'Expired' | 'Released' | 'Missing' | 'Unknown';
  /** Who holds it, or held it last. */
  readonly holder: string | null;
  /** When it was last renewed, RFC 3339. */
  readonly renewed: string | null;
  /** For people. */
  readonly message: string;
}

const NAME = `Lease ${BERTH_NAMESPACE}/${CONTROLLER_LEASE}`;

/** @param now undefined where the Leases are not those of now */
export function controllerLife(leases: readonly Lease[], now: Date | undefined): ControllerLife {
  if (now === undefined) {
    return { state: 'Unknown', holder: null, renewed: null, message: 'not known: no Lease of now was read' };
  }
  const lease = leases.find(
    ({ metadata }) => metadata.namespace === BERTH_NAMESPACE && metadata.name === CONTROLLER_LEASE,
  );
  if (lease === undefined) {
    return { state: 'Missing', holder: null, renewed: null, message: `down: there is no ${NAME}` };
  }
  const holder = lease.spec?.holderIdentity || null;
  const renewed = lease.spec?.renewTime ?? null;
  if (holder === null) {
    return { state: 'Released', holder, renewed, message: `down: nobody holds ${NAME}, the last holder gave it up` };
  }
  if (lifeSign(lease, now) !== 'True') {
    return { state: 'Expired', holder, renewed, message: `down: ${holder} held ${NAME} and stopped renewing it` };
  }
  return { state: 'Held', holder, renewed, message: `up: ${holder} holds ${NAME}` };
}

/** Whether it is certain that nobody decides. */
export function isDown({ state }: ControllerLife): boolean {
  return state !== 'Held' && state !== 'Unknown';
}

/** What that means for whatever waits for a controller to decide or to write it. */
export function controllerFindings(controller: ControllerLife): readonly Finding[] {
  if (!isDown(controller)) return [];
  return [finding(SERVICE_FINDINGS, 'ControllerDown', `the controller is ${controller.message}`)];
}
