import type { PoolReport } from '../allocator/pool-report.ts';
import { coversPool } from '../announcement/advertisements.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { keyOf, keyText } from '../api/object.ts';
import { ANNOUNCED_REASONS } from '../api/reasons/announcement.ts';
import { SERVICE_FINDINGS } from '../api/reasons/explanation.ts';
import { PASSED_OVER_REASONS, POOL_REASONS, READY } from '../api/reasons/reasons.ts';
import { formatAddress } from '../ip/address.ts';
import { compareCondition, disagreement } from './compared-condition.ts';
import { controllerFindings } from './controller-life.ts';
import type { Explanation, PoolAudience, PoolCounters, PoolDetails } from './explanation.ts';
import { type Finding, finding } from './finding.ts';
import { servedLabels, servedNamespaces } from './service-pools.ts';
import type { Situation } from './situation.ts';

/** Explains a pool: whether it gives out addresses, to whom, and who has them. */
export function explainPool(pool: IPAddressPool, situation: Situation): Explanation {
  const { name } = pool.metadata;
  const report = situation.allocator.poolReports().find((each) => each.name === name);
  if (report === undefined) throw new RangeError(`pool ${name} is not in the situation`);
  const { ready, reason, message, retained } = report;
  const details: PoolDetails = {
    ready: compareCondition(READY, pool.status?.conditions, { status: ready ? 'True' : 'False', reason, message }),
    counters: countersOf(report),
    order: orderOf(name, situation),
    addresses: pool.spec.addresses,
    reserved: pool.spec.reserved ?? [],
    serves: audienceOf(pool),
    holders: holdersOf(name, situation),
    retained,
    waiting: waitingFor(name, situation),
    advertisements: situation.objects.advertisements
      .filter((advertisement) => coversPool(advertisement, pool.metadata))
      .map(({ metadata }) => metadata.name)
      .sort(),
  };
  const problems = problemsOf(pool, report, details, situation);
  const [first = finding(POOL_REASONS, reason, message, true), ...others] = problems;
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'Explanation',
    object: { kind: 'IPAddressPool', namespace: null, name },
    summary: first,
    findings: others,
    notChecked: situation.unread,
    pool: details,
  };
}

function countersOf(report: PoolReport): PoolCounters {
  const { totalIPv4, assignedIPv4, availableIPv4, totalIPv6, assignedIPv6, availableIPv6 } = report;
  return { totalIPv4, assignedIPv4, availableIPv4, totalIPv6, assignedIPv6, availableIPv6 };
}

function orderOf(name: string, { allocator }: Situation): number | null {
  const place = allocator.poolOrder().indexOf(name);
  return place < 0 ? null : place + 1;
}

function audienceOf(pool: IPAddressPool): PoolAudience {
  const { autoAssign, disabled, sharing, reclaimPolicy } = pool.spec;
  return {
    autoAssign,
    disabled,
    namespaces: servedNamespaces(pool),
    labels: servedLabels(pool),
    sharing,
    reclaimPolicy,
  };
}

function holdersOf(name: string, { allocator }: Situation): PoolDetails['holders'] {
  return [...allocator.verdicts()]
    .filter(({ pool, addresses }) => pool === name && addresses.length > 0)
    .map(({ service, addresses }) => ({ service, addresses: addresses.map(formatAddress) }))
    .sort((a, b) => (a.service < b.service ? -1 : 1));
}

function waitingFor(name: string, { allocator, objects }: Situation): PoolDetails['waiting'] {
  return objects.services
    .map((service) => keyText(keyOf(service)))
    .filter((key) => allocator.verdictOf(key)?.allocated === false)
    .sort()
    .flatMap((service) => {
      const surveyed = allocator.survey(service)?.pools.find(({ pool }) => pool === name);
      return surveyed === undefined ? [] : [{ service, reason: surveyed.reason }];
    });
}

/** What keeps the pool from being of use, most serious first. */
function problemsOf(
  pool: IPAddressPool,
  report: PoolReport,
  details: PoolDetails,
  situation: Situation,
): readonly Finding[] {
  const found: Finding[] = [];
  const { name } = pool.metadata;
  if (!report.ready) found.push(finding(POOL_REASONS, report.reason, report.message));
  if (details.serves.disabled) found.push(finding(PASSED_OVER_REASONS, 'Disabled'));
  const isFull = (['IPv4', 'IPv6'] as const).filter((family) => report[`total${family}`] > 0);
  if (isFull.length > 0 && isFull.every((family) => report[`available${family}`] === 0)) {
    found.push(finding(PASSED_OVER_REASONS, 'Full', 'every address of the pool is held'));
  }
  const wasRead = !situation.unread.some(({ what }) => what === 'L2Advertisement');
  if (details.advertisements.length === 0 && wasRead) {
    found.push(finding(ANNOUNCED_REASONS, 'NoAdvertisement', `no L2Advertisement covers pool ${name}`));
  }
  found.push(...controllerFindings(situation.controller));
  const { stored, agrees } = details.ready;
  if (stored !== null && !agrees) found.push(finding(SERVICE_FINDINGS, 'StatusOutdated', disagreement(details.ready)));
  return found;
}
