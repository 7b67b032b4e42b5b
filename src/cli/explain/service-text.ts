import type { ComparedCondition } from '../../explain/compared-condition.ts';
import type { ServiceDetails, ServiceRequest } from '../../explain/explanation.ts';
import type { ConsideredPool } from '../../explain/service-pools.ts';
import { ageText } from '../age.ts';
import { announcementBlock } from './announcement-text.ts';
import { fieldsText, tableBlock } from './layout.ts';
import { routeBlock } from './route-text.ts';

const RESULTS: Readonly<Record<ConsideredPool['result'], string>> = {
  Serves: 'serves',
  Retains: 'retains',
  PassedOver: 'passed over',
  NotRequested: 'not requested',
  NotNeeded: 'not needed',
  NotTried: 'not tried',
};

/** What an explanation of a Service says besides its head. */
export function serviceBlocks(details: ServiceDetails, now: Date): readonly string[] {
  const { request, holds, decided, controller, pools, conditions, announcements, routes } = details;
  const held = holds.map(({ address, sharedWith }) =>
    sharedWith.length > 0 ? `${address} (with ${sharedWith.join(', ')})` : address,
  );
  const isWritten = holds.map(({ address }) => address).join() === decided.addresses.join();
  const hasAll = conditions.some(({ now }) => now?.reason === 'Allocated' || now?.reason === 'Retained');
  return [
    fieldsText([
      ['Asks for', requestText(request)],
      ['Holds', held.join(', ')],
      ...(isWritten ? [] : [['By the rules', decided.addresses.join(', ')] as const]),
      ['Controller', controller.message],
    ]),
    tableBlock(
      'Pools, in the order tried',
      [
        { header: 'POOL', cell: ({ pool }) => pool },
        { header: 'RESULT', cell: ({ result }) => RESULTS[result] },
        { header: 'REASON', cell: ({ reason }) => reason ?? undefined },
        { header: 'WHY', cell: ({ message }) => message },
      ],
      pools,
      ({ remedy }) => (hasAll ? null : remedy),
    ),
    conditionsBlock(conditions, now),
    ...announcements.map((announcement) => announcementBlock(announcement, now)),
    ...routes.map(routeBlock),
  ];
}

function requestText({
  type,
  loadBalancerClass,
  families,
  ipFamilyPolicy,
  pool,
  addresses,
  sharingKey,
}: ServiceRequest) {
  if (type !== 'LoadBalancer') return `nothing: its type is ${type}`;
  const what = addresses.length > 0 ? addresses.join(' and ') : families.join(' and ') || 'nothing that it can have';
  const from = pool !== null ? ` from pool ${pool}` : addresses.length > 0 ? '' : ' from any pool';
  const more = [
    ...(families.length > 1 ? [ipFamilyPolicy] : []),
    ...(sharingKey === null ? [] : [`sharing key ${sharingKey}`]),
    ...(loadBalancerClass === null ? [] : [`class ${loadBalancerClass}`]),
  ];
  return `${what}${from}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
}

/** Conditions as they are stored, and what the rules say now where that differs. */
function conditionsBlock(conditions: readonly ComparedCondition[], now: Date): string {
  return tableBlock(
    'Conditions',
    [
      { header: 'TYPE', cell: ({ type }) => type },
      {
        header: 'STORED',
        cell: ({ stored }) => (stored === null ? undefined : `${stored.status} ${stored.reason ?? ''}`),
      },
      { header: 'SINCE', cell: ({ stored }) => (stored?.since ? ageText(stored.since, now) : undefined) },
      { header: 'BY THE RULES NOW', cell: (row) => nowText(row) },
    ],
    conditions,
  );
}

function nowText({ now, agrees }: ComparedCondition): string {
  if (now === null) return 'cannot be told';
  return agrees ? 'the same' : `${now.status} ${now.reason}`;
}
