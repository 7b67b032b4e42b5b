import { listAddresses } from '../allocator/request.ts';
import type { Survey, SurveyedPool } from '../allocator/survey.ts';
import type { Verdict } from '../allocator/verdict.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { PASSED_OVER_REASONS } from '../api/reasons/reasons.ts';
import { refusalRemedy } from './allocated-finding.ts';
import type { Situation } from './situation.ts';

/** One pool as one Service finds it. */
export interface ConsideredPool {
  readonly pool: string;
  /**
   * `Serves`: the Service's addresses are from it. `Retains`: so they are, and it no longer offers them. `PassedOver`: the reason says why. `NotRequested`: the Service asks
   * for another pool or address. `NotNeeded`: it could serve too. `NotTried`: no pool can give what the Service asks for.
   */
  readonly result: 'Serves' | 'Retains' | 'PassedOver' | 'NotRequested' | 'NotNeeded' | 'NotTried';
  /** A code of `docs/reference/reasons.md`; null but for a pool that is passed over. */
  readonly reason: string | null;
  /** For people. */
  readonly message: string;
  readonly remedy: string | null;
}

/** Every pool in the order tried: why it was passed over, and what to change. */
export function consideredPools(verdict: Verdict, survey: Survey, situation: Situation): readonly ConsideredPool[] {
  const untried = whyNoneIsTried(verdict, survey);
  const asksForOne = survey.pools.some(({ isNamed }) => isNamed) || isRefusedForRequest(survey);
  return survey.pools.map((pool) => {
    const { gives, retains } = pool;
    if (gives.length + retains.length > 0) {
      const result = gives.length > 0 ? 'Serves' : 'Retains';
      return { pool: pool.pool, result, reason: null, message: servedText(pool), remedy: null };
    }
    if (untried !== null) return notTried(pool.pool, untried);
    if (asksForOne && !pool.isNamed) {
      const message = 'the Service asks for another pool or address';
      return { pool: pool.pool, result: 'NotRequested', reason: null, message, remedy: null };
    }
    const { outcome } = survey;
    if (pool.reason === null && !pool.isNamed && 'reason' in outcome) return notTried(pool.pool, outcome.message);
    return (
      passedOver(pool, survey, situation) ?? {
        pool: pool.pool,
        result: 'NotNeeded',
        reason: null,
        message: 'could serve the Service too',
        remedy: null,
      }
    );
  });
}

function servedText({ gives, retains }: SurveyedPool): string {
  const given = gives.length > 0 ? [`gives ${listAddresses(gives)}`] : [];
  const kept = retains.length > 0 ? [`no longer offers ${listAddresses(retains)}, which the Service keeps`] : [];
  return [...given, ...kept].join('; ');
}

function notTried(pool: string, message: string): ConsideredPool {
  return { pool, result: 'NotTried', reason: null, message, remedy: null };
}

/** Why it is not a matter of pools that the Service lacks an address; null where it is, or it lacks none. */
function whyNoneIsTried({ allocated, message }: Verdict, { outcome }: Survey): string | null {
  if (!('reason' in outcome)) return allocated ? null : message;
  if (outcome.reason === 'InvalidRequest' || outcome.reason === 'AddressNotNamed') return outcome.message;
  return outcome.reason === 'DualStackUnavailable' && outcome.passedOver.length === 0 ? outcome.message : null;
}

/** The Service names a pool or an address that no pool has. */
function isRefusedForRequest({ outcome }: Survey): boolean {
  return 'reason' in outcome && (outcome.reason === 'UnknownPool' || outcome.reason === 'AddressNotInAnyPool');
}

function passedOver(
  { pool, reason, isNamed }: SurveyedPool,
  { outcome }: Survey,
  situation: Situation,
): ConsideredPool | undefined {
  if (reason !== null) {
    const { meaning, remedy } = PASSED_OVER_REASONS[reason];
    return { pool, result: 'PassedOver', reason, message: detailOf(pool, reason, situation) ?? meaning, remedy };
  }
  if (!isNamed || !('reason' in outcome)) return undefined;
  const { message } = outcome;
  return { pool, result: 'PassedOver', reason: outcome.reason, message, remedy: refusalRemedy(outcome) };
}

/** What the pool says of itself, where that tells more than the meaning of the reason. */
function detailOf(name: string, reason: SurveyedPool['reason'], situation: Situation): string | undefined {
  const report = situation.allocator.poolReports().find((each) => each.name === name);
  const pool = situation.poolOf(name);
  if (report === undefined || pool === undefined) return undefined;
  if (reason === 'NotReady' || reason === 'Deleting') return `${report.reason}: ${report.message}`;
  if (reason === 'NamespaceNotSelected') return `it serves ${servedNamespaces(pool)}`;
  if (reason === 'ServiceNotSelected') return `it serves Services with the labels ${servedLabels(pool)}`;
  if (reason === 'FamilyMissing') return `it lists ${pool.spec.addresses.join(', ')}`;
  if (reason !== 'Full') return undefined;
  const used = (['IPv4', 'IPv6'] as const).flatMap((family) => {
    const [assigned, total] = [report[`assigned${family}`], report[`total${family}`]];
    return total > 0 ? [`${assigned} of ${total} ${family} addresses are held`] : [];
  });
  return used.length > 0 ? used.join(', ') : 'all its addresses are reserved, avoided or never given out';
}

/** The namespaces that a pool serves, for people. */
export function servedNamespaces({ spec }: IPAddressPool): string {
  const { namespaces = [], namespaceSelectors = [] } = spec.serviceAllocation ?? {};
  const selected = namespaceSelectors.map((selector) => `those with the labels ${selectorText(selector)}`);
  const named = namespaces.length > 0 ? [`the namespaces ${namespaces.join(', ')}`] : [];
  return [...named, ...selected].join(' and ') || 'all namespaces';
}

/** The labels that a pool asks of Services, for people. */
export function servedLabels({ spec }: IPAddressPool): string {
  return (spec.serviceAllocation?.serviceSelectors ?? []).map(selectorText).join(' or ') || 'of any kind';
}

type Selector = NonNullable<NonNullable<IPAddressPool['spec']['serviceAllocation']>['serviceSelectors']>[number];

function selectorText({ matchLabels = {}, matchExpressions = [] }: Selector): string {
  const labels = Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) =>
    values.length > 0 ? `${key} ${operator} (${values.join(', ')})` : `${key} ${operator}`,
  );
  return [...labels, ...expressions].join(',') || 'any';
}
