import type { Plan } from '../../explain/plan.ts';
import type { PlannedAnnouncement as Announcement } from '../../explain/planned-announcements.ts';
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

/** How a plan is shown. */
export interface PlanView {
  /** How the announcements of the plan came about. */
  readonly announcements?: readonly Announcement[];
  /** Deleted pools that go at once. */
  readonly gone?: readonly string[];
  /** Whether Services that keep what they have and have what they ask for are listed too. */
  readonly all?: boolean;
}

/** A plan for people: pools, the Services that change, who announces these, why what is not well is not, and the sum. */
export function planText(plan: Plan, { announcements = [], gone = [], all = false }: PlanView = {}): string {
  const services = plan.services.filter((service) => all || !isSettled(service));
  const names = new Set(services.map(serviceName));
  const announced = plan.announcements.filter(({ service }) => names.has(service));
  const tables = [
    plan.pools.length > 0 ? tableText(POOL_COLUMNS, plan.pools) : '',
    services.length > 0 ? tableText(SERVICE_COLUMNS, services) : '',
    announced.length > 0 ? tableText(ANNOUNCEMENT_COLUMNS, announced) : '',
    explanations(plan, gone) + unannouncedText(announcements) + unlistedText(plan.services.length - services.length),
    `${summary(plan)}\n`,
  ];
  return tables.filter((text) => text !== '').join('\n');
}

function unlistedText(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? '1 Service more keeps what it has: --all lists it\n'
    : `${count} Services more keep what they have: --all lists them\n`;
}

/** It keeps what it has, and has what it asks for of a pool that offers it. */
function isSettled({ change, reason }: PlannedService): boolean {
  return change === 'none' && reason === 'Allocated';
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
function explanations(plan: Plan, gone: readonly string[] = []): string {
  const pools = plan.pools.flatMap(({ name, ready, message }) =>
    ready || !message ? [] : [`pool ${name}: ${message}`],
  );
  const deleted = gone.map((name) => `pool ${name}: goes at once, since nobody holds an address of it then`);
  const byMessage = new Map<string, string[]>();
  for (const service of plan.services) {
    const well = service.reason === 'Allocated' || service.change === 'release';
    if (well || !service.message) continue;
    const alike = byMessage.get(service.message);
    if (alike) alike.push(serviceName(service));
    else byMessage.set(service.message, [serviceName(service)]);
  }
  const services = [...byMessage].map(([message, names]) => `${namesText(names)}: ${message}`);
  return [...pools, ...deleted, ...services].map((line) => `${printable(line)}\n`).join('');
}

/** Most Services that are named where one and the same is said of several. */
const NAMES_SHOWN = 5;

function namesText(names: readonly string[]): string {
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return `${names.length > 1 ? 'services' : 'service'} ${names.slice(0, NAMES_SHOWN).join(', ')}${more}`;
}

function serviceName({ namespace, name }: PlannedService): string {
  return `${namespace}/${name}`;
}
