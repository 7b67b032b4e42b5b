import { ALLOCATED_REASONS } from '../../src/api/reasons/reasons.ts';

/** One alert, in the words of Prometheus. */
export interface Alert {
  readonly name: string;
  readonly expr: string;
  readonly for: string;
  /** `critical`: an address is, or will soon be, out of reach. `warning`: somebody waits. `info`: worth knowing. */
  readonly severity: 'critical' | 'warning' | 'info';
  readonly summary: string;
  readonly description: string;
  /** The heading of docs/runbook.md: a reason code, the label that holds one, or words where there is no code for it. */
  readonly runbook: { readonly reason: string } | { readonly label: 'reason' } | { readonly heading: string };
}

/** Those with which a Service has what it asked for, or an address at least. */
const HAS_ADDRESS = Object.entries(ALLOCATED_REASONS)
  .filter(([, { status }]) => status === 'True')
  .map(([reason]) => reason)
  .join('|');

/**
 * Of these the condition berth.dev/Allocated tells, or nothing is known to be wrong with the network: an application may be
 * scaled to 0.
 */
const NO_ANNOUNCEMENT_WANTED = 'Announced|PartlyAnnounced|NoAddress|NoEndpoints|NotListed';

/** Waits for what the message names, and is no mistake by itself. */
const WAITS = 'Deleting|InUse';

export const ALERTS: readonly Alert[] = [
  {
    name: 'BerthServiceWithoutAddress',
    expr: `sum by (reason) (berth_services{reason!~"${HAS_ADDRESS}"}) > 0`,
    for: '5m',
    severity: 'warning',
    summary: '{{ $value }} Services get no address: {{ $labels.reason }}',
    description: 'See them with "berth get services -A", and why with "berth explain service/NAME".',
    runbook: { label: 'reason' },
  },
  {
    name: 'BerthServiceKeepsFormerAddress',
    expr: 'sum(berth_services{reason="KeptWhileRequestPending"}) > 0',
    for: '15m',
    severity: 'info',
    summary: '{{ $value }} Services asked for something else, and keep what they have',
    description: 'What they ask for cannot be given now; "berth explain service/NAME" says why.',
    runbook: { reason: 'KeptWhileRequestPending' },
  },
  {
    name: 'BerthServiceNotAnnounced',
    expr: `sum by (reason) (berth_service_announcements{reason!~"${NO_ANNOUNCEMENT_WANTED}"}) > 0`,
    for: '5m',
    severity: 'critical',
    summary: '{{ $value }} Services have an address that nobody announces: {{ $labels.reason }}',
    description: 'Clients cannot reach them. "berth explain service/NAME" says why, node by node.',
    runbook: { label: 'reason' },
  },
  {
    name: 'BerthServiceWithoutEndpoints',
    expr: 'sum(berth_service_announcements{reason="NoEndpoints"}) > 0',
    for: '15m',
    severity: 'warning',
    summary: '{{ $value }} Services have an address and nobody who serves it',
    description:
      '"berth get services -A -o wide" shows which. See that their selectors match pods, and that these are ready.',
    runbook: { reason: 'NoEndpoints' },
  },
  {
    name: 'BerthServicePartlyAnnounced',
    expr: 'sum(berth_service_announcements{reason="PartlyAnnounced"}) > 0',
    for: '15m',
    severity: 'info',
    summary: '{{ $value }} Services are announced in part',
    description: 'A family, a protocol or a peer is missing; the condition berth.dev/Announced says which.',
    runbook: { reason: 'PartlyAnnounced' },
  },
  {
    name: 'BerthPoolNearlyFull',
    expr: 'min by (pool, family) (berth_pool_addresses{state="available"}) < 0.1 * max by (pool, family) (berth_pool_addresses{state="total"} >= 10)',
    for: '10m',
    severity: 'warning',
    summary: 'Pool {{ $labels.pool }} has {{ $value }} {{ $labels.family }} addresses left',
    description: 'Less than a tenth of the pool is free. Services that come when it is full wait.',
    runbook: { reason: 'PoolExhausted' },
  },
  {
    name: 'BerthObjectNotReady',
    expr: `sum by (kind, reason) (berth_objects_not_ready{reason!~"${WAITS}"}) > 0`,
    for: '5m',
    severity: 'warning',
    summary: '{{ $value }} objects of kind {{ $labels.kind }} are not Ready: {{ $labels.reason }}',
    description: 'They are not in force as they are written. The message of the condition Ready names the fault.',
    runbook: { label: 'reason' },
  },
  {
    name: 'BerthDeletionWaits',
    expr: `sum by (kind, reason) (berth_objects_not_ready{reason=~"${WAITS}"}) > 0`,
    for: '1h',
    severity: 'info',
    summary: '{{ $value }} objects of kind {{ $labels.kind }} were deleted an hour ago and are still held',
    description: 'The message of the condition Ready names who holds them.',
    runbook: { label: 'reason' },
  },
  {
    name: 'BerthObjectUnreadable',
    expr: 'max by (kind) (berth_unreadable_objects) > 0',
    for: '5m',
    severity: 'warning',
    summary: '{{ $value }} objects of kind {{ $labels.kind }} cannot be read',
    description: 'What was known of them before stands. /status and the log of the daemon name object and field.',
    runbook: { heading: 'Objects that cannot be read' },
  },
  {
    name: 'BerthNoController',
    expr: 'sum(berth_controller_leader) < 1 or absent(berth_controller_leader)',
    for: '2m',
    severity: 'critical',
    summary: 'No controller of Berth leads',
    description:
      'Addresses in use stay as they are and stay announced. New Services get none, and no status is written.',
    runbook: { reason: 'ControllerDown' },
  },
  {
    name: 'BerthDaemonNotReady',
    expr: 'berth_ready == 0',
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.instance }} is not ready',
    description: 'Ask it for /readyz: it names what is missing, one reason a line.',
    runbook: { heading: 'A daemon that is not ready' },
  },
  {
    name: 'BerthSpeakerSilent',
    expr: 'sum(berth_speakers{life="Silent"}) > 0',
    for: '2m',
    severity: 'critical',
    summary: '{{ $value }} speakers have stopped reporting',
    description: '"berth get speakers" shows which. Their addresses answer elsewhere where other speakers see it.',
    runbook: { reason: 'SpeakerSilent' },
  },
  {
    name: 'BerthWireWorkerFailed',
    expr: 'increase(berth_wire_worker_failures_total[15m]) > 0',
    for: '0m',
    severity: 'critical',
    summary: 'The thread that answers for addresses failed on {{ $labels.instance }}',
    description: 'Its addresses were silent until it was started anew. The log of the speaker has the cause.',
    runbook: { heading: 'The wire worker failed' },
  },
  {
    name: 'BerthAddressConflict',
    expr: 'increase(berth_address_conflicts_total[10m]) > 0',
    for: '0m',
    severity: 'critical',
    summary: 'A machine that is none of ours uses an address of ours, heard on {{ $labels.instance }}',
    description: '"berth get addresses" and the log of the speaker name the address and the MAC address.',
    runbook: { reason: 'AddressConflict' },
  },
  {
    name: 'BerthTakeover',
    expr: 'sum by (cause) (increase(berth_takeovers_total{cause=~"OwnerGone|SpeakerGone"}[15m])) > 0',
    for: '0m',
    severity: 'info',
    summary: '{{ printf "%.0f" $value }} addresses were taken over: {{ $labels.cause }}',
    description: 'A node, or its speaker, is gone. TCP connections through a node that is gone are lost.',
    runbook: { heading: 'Addresses were taken over' },
  },
  {
    name: 'BerthTakeoverSlow',
    expr: 'histogram_quantile(0.99, sum by (le) (rate(berth_l2_takeover_seconds_bucket{cause="OwnerGone"}[1h]))) > 0.5',
    for: '0m',
    severity: 'warning',
    summary: 'Taking an address over took {{ $value | humanizeDuration }}',
    description: 'Without the time in which BFD notices, it should take a tenth of a second.',
    runbook: { heading: 'Taking over is slow' },
  },
  {
    name: 'BerthBFDSessionDown',
    expr: 'sum by (instance) (berth_bfd_sessions{state=~"Down|Init"}) > 0',
    for: '10m',
    severity: 'warning',
    summary: '{{ $value }} BFD sessions of {{ $labels.instance }} do not come up',
    description: 'Speakers, or BGP peers, do not hear each other on UDP port 3784: takeovers are slower.',
    runbook: { heading: 'BFD sessions that do not come up' },
  },
  {
    name: 'BerthMessagesRefused',
    expr: 'sum by (instance, reason) (rate(berth_ownership_messages_dropped_total[5m])) > 0.1',
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.instance }} drops what other speakers say: {{ $labels.reason }}',
    description: 'Speakers with different keys (--message-key-file) or versions do not understand each other.',
    runbook: { heading: 'Messages between speakers are dropped' },
  },
  {
    name: 'BerthBGPSessionDown',
    expr: 'berth_bgp_session_up == 0',
    for: '2m',
    severity: 'critical',
    summary: 'The BGP session of {{ $labels.instance }} with {{ $labels.peer }} is not Established',
    description: '"berth get sessions" shows the last error, and which side said it.',
    runbook: { reason: 'SessionDown' },
  },
  {
    name: 'BerthBGPSessionFlapping',
    expr: 'increase(berth_bgp_sessions_lost_total[15m]) > 2',
    for: '0m',
    severity: 'warning',
    summary: 'The BGP session of {{ $labels.instance }} with {{ $labels.peer }} goes up and down',
    description: '"berth get sessions" shows the last error, and which side said it.',
    runbook: { reason: 'SessionDown' },
  },
  {
    name: 'BerthStatusWritesFail',
    expr: 'sum by (kind, result) (rate(berth_status_writes_total{result!~"ok|Conflict|NotFound"}[5m])) > 0',
    for: '10m',
    severity: 'warning',
    summary: 'The status of {{ $labels.kind }} objects cannot be written: {{ $labels.result }}',
    description: 'What was decided is not published. The log of the controller has the answer of the API server.',
    runbook: { heading: 'Status cannot be written' },
  },
];
