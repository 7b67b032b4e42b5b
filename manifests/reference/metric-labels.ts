/** What a label of a metric says, and what bounds how many values it has. */
export interface MetricLabel {
  readonly meaning: string;
  readonly bound: string;
}

const CODES = 'The table of codes.';
const TAKEOVERS =
  '`OwnerGone`: its node is; `SpeakerGone`: its node answers, its speaker has been silent for too long; `Offered`: a planned move; `NobodyHasIt`: its speaker is back and does not want it.';

/** By the name of the label, or by `metric.label` where one metric's has its own meaning. */
export const METRIC_LABELS: Readonly<Record<string, MetricLabel>> = {
  version: { meaning: 'The version of Berth.', bound: 'One for each process.' },
  node_version: { meaning: 'The version of Node.js.', bound: 'One for each process.' },
  pool: { meaning: 'The name of the IPAddressPool.', bound: 'The pools that there are.' },
  family: { meaning: '`IPv4` or `IPv6`.', bound: '2' },
  'berth_pool_addresses.state': { meaning: '`total`, `assigned` or `available`.', bound: '3' },
  'berth_bfd_sessions.state': { meaning: '`AdminDown`, `Down`, `Init` or `Up` (RFC 5880).', bound: '4' },
  kind: { meaning: 'The kind of object.', bound: 'The kinds that Berth knows, and `Other`.' },
  result: {
    meaning: '`ok`, or why the write failed: `Conflict`, `NotFound`, `Forbidden`, `Invalid`, `Unavailable`…',
    bound: 'The codes that writes fail with, about 10.',
  },
  life: {
    meaning: '`Alive`, `Silent`, or `Undetermined` where it is too early to say.',
    bound: '3',
  },
  'berth_takeovers_total.cause': { meaning: TAKEOVERS, bound: '4' },
  'berth_l2_takeover_seconds.cause': {
    meaning: `${TAKEOVERS} In the name of its node: \`SpeakerSilent\`: its speaker is; \`Restarting\`: it said that it would be.`,
    bound: '6',
  },
  peer: { meaning: 'The name of the BGPPeer.', bound: 'The peers of the node; what is gone is taken away.' },
  'berth_services.reason': {
    meaning: 'A reason of [Allocated](reasons.md#allocated-the-address-of-a-service).',
    bound: CODES,
  },
  'berth_service_announcements.reason': {
    meaning: 'A reason of [Announced](reasons.md#announced-the-address-on-the-network).',
    bound: CODES,
  },
  'berth_objects_not_ready.reason': {
    meaning:
      'A reason of [pools](reasons.md#pools), or of [advertisements, peers and profiles](reasons.md#advertisements-peers-and-profiles).',
    bound: CODES,
  },
  'berth_addresses_withheld.reason': {
    meaning: 'Why [the node does not announce](reasons.md#nodes-that-do-not-announce).',
    bound: CODES,
  },
  reason: { meaning: 'Why it was dropped: a rule of the codec or the responder.', bound: 'The rules, at most 30.' },
};

/** @throws Error for a label that nobody has thought about */
export function labelOf(metric: string, label: string): MetricLabel {
  const found = METRIC_LABELS[`${metric}.${label}`] ?? METRIC_LABELS[label];
  if (found === undefined) {
    throw new Error(`${metric}: label ${label}: say in manifests/reference/metric-labels.ts what bounds its values`);
  }
  return found;
}
