/** What one alert is tried with: samples a minute apart, in the notation of promtool. */
export interface AlertCase {
  readonly alert: string;
  /** With these it fires at the time, with these labels beside its own severity. */
  readonly fires: Readonly<Record<string, string>>;
  readonly at: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** With these it stays silent at the same time. */
  readonly quiet: Readonly<Record<string, string>>;
}

/** A number that stays, for an hour and more. */
const stays = (value: number): string => `${value}x90`;

export const ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'BerthServiceWithoutAddress',
    fires: { 'berth_services{instance="a",reason="PoolExhausted"}': stays(2) },
    at: '6m',
    labels: { reason: 'PoolExhausted' },
    quiet: {
      'berth_services{instance="a",reason="Allocated"}': stays(9),
      'berth_services{instance="a",reason="Retained"}': stays(1),
      'berth_services{instance="a",reason="NoPools"}': '0 1 1 1 0x90',
    },
  },
  {
    alert: 'BerthServiceKeepsFormerAddress',
    fires: { 'berth_services{reason="KeptWhileRequestPending"}': stays(1) },
    at: '16m',
    quiet: { 'berth_services{reason="Allocated"}': stays(1) },
  },
  {
    alert: 'BerthServiceNotAnnounced',
    fires: { 'berth_service_announcements{reason="NoSpeaker"}': stays(3) },
    at: '6m',
    labels: { reason: 'NoSpeaker' },
    quiet: {
      'berth_service_announcements{reason="Announced"}': stays(3),
      'berth_service_announcements{reason="PartlyAnnounced"}': stays(3),
      'berth_service_announcements{reason="NoEndpoints"}': stays(3),
    },
  },
  {
    alert: 'BerthServiceWithoutEndpoints',
    fires: { 'berth_service_announcements{reason="NoEndpoints"}': stays(1) },
    at: '16m',
    quiet: { 'berth_service_announcements{reason="Announced"}': stays(1) },
  },
  {
    alert: 'BerthServicePartlyAnnounced',
    fires: { 'berth_service_announcements{reason="PartlyAnnounced"}': stays(1) },
    at: '16m',
    quiet: { 'berth_service_announcements{reason="Announced"}': stays(1) },
  },
  {
    alert: 'BerthPoolNearlyFull',
    fires: {
      'berth_pool_addresses{pool="p",family="IPv4",state="available"}': stays(1),
      'berth_pool_addresses{pool="p",family="IPv4",state="total"}': stays(20),
    },
    at: '11m',
    labels: { pool: 'p', family: 'IPv4' },
    quiet: {
      'berth_pool_addresses{pool="one",family="IPv4",state="available"}': stays(0),
      'berth_pool_addresses{pool="one",family="IPv4",state="total"}': stays(1),
      'berth_pool_addresses{pool="free",family="IPv4",state="available"}': stays(5),
      'berth_pool_addresses{pool="free",family="IPv4",state="total"}': stays(20),
    },
  },
  {
    alert: 'BerthObjectNotReady',
    fires: { 'berth_objects_not_ready{kind="BGPPeer",reason="SecretMissing"}': stays(1) },
    at: '6m',
    labels: { kind: 'BGPPeer', reason: 'SecretMissing' },
    quiet: { 'berth_objects_not_ready{kind="IPAddressPool",reason="Deleting"}': stays(1) },
  },
  {
    alert: 'BerthDeletionWaits',
    fires: { 'berth_objects_not_ready{kind="IPAddressPool",reason="Deleting"}': stays(1) },
    at: '61m',
    labels: { kind: 'IPAddressPool', reason: 'Deleting' },
    quiet: { 'berth_objects_not_ready{kind="BGPPeer",reason="SecretMissing"}': stays(1) },
  },
  {
    alert: 'BerthObjectUnreadable',
    fires: { 'berth_unreadable_objects{instance="a",kind="Service"}': stays(1) },
    at: '6m',
    labels: { kind: 'Service' },
    quiet: { 'berth_unreadable_objects{instance="a",kind="Service"}': stays(0) },
  },
  {
    alert: 'BerthNoController',
    fires: { 'berth_controller_leader{instance="a"}': stays(0), 'berth_controller_leader{instance="b"}': stays(0) },
    at: '3m',
    quiet: { 'berth_controller_leader{instance="a"}': stays(0), 'berth_controller_leader{instance="b"}': stays(1) },
  },
  { alert: 'BerthNoController', fires: {}, at: '3m', quiet: { berth_controller_leader: '0 0 1x90' } },
  {
    alert: 'BerthDaemonNotReady',
    fires: { 'berth_ready{instance="a"}': stays(0) },
    at: '6m',
    labels: { instance: 'a' },
    quiet: { 'berth_ready{instance="a"}': '0 0 1x90' },
  },
  {
    alert: 'BerthSpeakerSilent',
    fires: { 'berth_speakers{life="Silent"}': stays(1) },
    at: '3m',
    quiet: { 'berth_speakers{life="Silent"}': stays(0), 'berth_speakers{life="Alive"}': stays(3) },
  },
  {
    alert: 'BerthWireWorkerFailed',
    fires: { 'berth_wire_worker_failures_total{instance="a"}': '0 0 1x90' },
    at: '5m',
    labels: { instance: 'a' },
    quiet: { 'berth_wire_worker_failures_total{instance="a"}': stays(1) },
  },
  {
    alert: 'BerthAddressConflict',
    fires: { 'berth_address_conflicts_total{instance="a"}': '0 0 3x90' },
    at: '5m',
    labels: { instance: 'a' },
    quiet: { 'berth_address_conflicts_total{instance="a"}': stays(3) },
  },
  {
    alert: 'BerthTakeover',
    fires: { 'berth_takeovers_total{instance="a",cause="OwnerGone"}': '0 0 4x90' },
    at: '5m',
    labels: { cause: 'OwnerGone' },
    quiet: { 'berth_takeovers_total{instance="a",cause="Offered"}': '0 0 4x90' },
  },
  {
    alert: 'BerthTakeoverSlow',
    fires: {
      'berth_l2_takeover_seconds_bucket{cause="OwnerGone",le="0.6"}': '0 0 0x90',
      'berth_l2_takeover_seconds_bucket{cause="OwnerGone",le="1"}': '0 0 4x90',
      'berth_l2_takeover_seconds_bucket{cause="OwnerGone",le="+Inf"}': '0 0 4x90',
    },
    at: '5m',
    quiet: {
      'berth_l2_takeover_seconds_bucket{cause="OwnerGone",le="0.1"}': '0 0 4x90',
      'berth_l2_takeover_seconds_bucket{cause="OwnerGone",le="+Inf"}': '0 0 4x90',
    },
  },
  {
    alert: 'BerthBFDSessionDown',
    fires: { 'berth_bfd_sessions{instance="a",state="Down"}': stays(1) },
    at: '11m',
    labels: { instance: 'a' },
    quiet: {
      'berth_bfd_sessions{instance="a",state="Up"}': stays(2),
      'berth_bfd_sessions{instance="a",state="AdminDown"}': stays(1),
      'berth_bfd_sessions{instance="a",state="Down"}': stays(0),
    },
  },
  {
    alert: 'BerthMessagesRefused',
    fires: { 'berth_ownership_messages_dropped_total{instance="a",reason="BadSignature"}': '0+60x90' },
    at: '16m',
    labels: { instance: 'a', reason: 'BadSignature' },
    quiet: { 'berth_ownership_messages_dropped_total{instance="a",reason="BadSignature"}': '0 1x90' },
  },
  {
    alert: 'BerthBGPSessionDown',
    fires: { 'berth_bgp_session_up{instance="a",peer="tor"}': stays(0) },
    at: '3m',
    labels: { instance: 'a', peer: 'tor' },
    quiet: { 'berth_bgp_session_up{instance="a",peer="tor"}': stays(1) },
  },
  {
    alert: 'BerthBGPSessionFlapping',
    fires: { 'berth_bgp_sessions_lost_total{instance="a",peer="tor"}': '0+1x90' },
    at: '10m',
    labels: { instance: 'a', peer: 'tor' },
    quiet: { 'berth_bgp_sessions_lost_total{instance="a",peer="tor"}': '0 0 1x90' },
  },
  {
    alert: 'BerthStatusWritesFail',
    fires: { 'berth_status_writes_total{instance="a",kind="Service",result="Forbidden"}': '0+1x90' },
    at: '16m',
    labels: { kind: 'Service', result: 'Forbidden' },
    quiet: {
      'berth_status_writes_total{instance="a",kind="Service",result="ok"}': '0+1x90',
      'berth_status_writes_total{instance="a",kind="Service",result="Conflict"}': '0+1x90',
    },
  },
];
