import type { AnnouncementPlan } from '../../announcement/announcement-plan.ts';
import type { Plan } from '../../explain/plan.ts';
import { printable } from '../../log/line.ts';
import { countText } from '../count.ts';
import { type Column, tableText } from '../table.ts';
import { unannouncedText } from './unannounced.ts';

type PlannedPool = Plan['pools'][number];
type PlannedService = Plan['services'][number];
type PlannedAnnouncement = Plan['announcements'][number];

const POOL_COLUMNS: readonly Column<PlannedPool>[] = [
  { header: 'POOL', cell: (pool) => pool.name },
  { header: 'READY', cell: (pool) => (pool.ready ? 'True' : 'False') },
  { header: 'REASON', cell: (pool) => pool.reason ?? undefined },
  { header: 'ASSIGNED-IPV4', cell: (pool) => countText(pool.assignedIPv4) },
  { header: 'AVAILABLE-IPV4', cell: (pool) => countText(pool.availableIPv4) },
  { header: 'ASSIGNED-IPV6', cell: (pool) => countText(pool.assignedIPv6) },
  { header: 'AVAILABLE-IPV6', cell: (pool) => countText(pool.availableIPv6) },
  { header: 'RETAINED', cell: (pool) => pool.retained.map(({ address }) => address).join(',') },
];

const SERVICE_COLUMNS: readonly Column<PlannedService>[] = [
  { header: 'SERVICE', cell: serviceName },
  { header: 'CHANGE', cell: (service) => service.change },
  { header: 'BEFORE', cell: (service) => service.before.join(',') },
  { header: 'AFTER', cell: (service) => service.after.join(',') || (service.change === 'pending' ? '<pending>' : '') },
  { header: 'POOL', cell: (service) => service.pool ?? undefined },
  { header: 'REASON', cell: (service) => service.reason ?? undefined },
];

const ANNOUNCEMENT_COLUMNS: readonly Column<PlannedAnnouncement>[] = [
  { header: 'ADDRESS', cell: (announcement) => announcement.address },
  { header: 'SERVICE', cell: (announcement) => announcement.service },
  { header: 'PROTOCOL', cell: (announcement) => announcement.protocol },
  { header: 'NODES', cell: (announcement) => announcement.nodes.join(',') },
  { header: 'STANDBY', cell: (announcement) => announcement.standby.join(',') },
  { header: 'REASON', cell: (announcement) => announcement.reason ?? undefined },
];

/**
 * A plan for people: pools, services, announcements, why what is not well is not, and the sum in one line.
 *
 * @param announcements how those of the plan came about
 */
export function planText(plan: Plan, announcements: readonly AnnouncementPlan[] = []): string {
  const tables = [
    plan.pools.length > 0 ? tableText(POOL_COLUMNS, plan.pools) : '',
    plan.services.length > 0 ? tableText(SERVICE_COLUMNS, plan.services) : '',
    plan.announcements.length > 0 ? tableText(ANNOUNCEMENT_COLUMNS, plan.announcements) : '',
    explanations(plan) + unannouncedText(announcements),
    `${summary(plan)}\n`,
  ];
  return tables.filter((text) => text !== '').join('\n');
}

/** What changed for whom, and why others did not get what they asked for: for people, once it is done. */
export function changesText(plan: Plan): string {
  const changed = plan.services.filter(holdsOthers);
  const table = changed.length > 0 ? tableText(SERVICE_COLUMNS, changed) : 'No Service changed.\n';
  return [table, explanations(plan)].filter((text) => text !== '').join('\n');
}

/** What changes for whom, in one line. */
export function summary(plan: Plan): string {
  const count = (change: string): number => plan.services.filter((service) => service.change === change).length;
  const changes = [
    `${count('assign')} to assign`,
    `${count('move')} to move`,
    `${count('release')} to release`,
    `${count('pending')} pending`,
    `${count('none')} unchanged`,
  ];
  return `Plan: ${changes.join(', ')}.`;
}

/** Whether any Service holds other addresses after than before. */
export function hasChange(plan: Plan): boolean {
  return plan.services.some(holdsOthers);
}

function holdsOthers({ before, after }: PlannedService): boolean {
  return before.length !== after.length || before.some((address) => !after.includes(address));
}

/** The messages of the pools that are not ready and of the Services that did not get just what they asked for. */
function explanations(plan: Plan): string {
  const pools = plan.pools.flatMap(({ name, ready, message }) =>
    ready || !message ? [] : [`pool ${name}: ${message}`],
  );
  const services = plan.services.flatMap((service) => {
    const well = service.reason === 'Allocated' || service.change === 'release';
    return well || !service.message ? [] : [`service ${serviceName(service)}: ${service.message}`];
  });
  return [...pools, ...services].map((line) => `${printable(line)}\n`).join('');
}

function serviceName({ namespace, name }: PlannedService): string {
  return `${namespace}/${name}`;
}
