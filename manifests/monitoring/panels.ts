/** One query of a panel. */
export interface Query {
  readonly expr: string;
  /** What a line is called: Grafana puts labels in. */
  readonly legend: string;
}

/** One panel of the dashboard. */
export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly type: 'stat' | 'timeseries';
  /** As Grafana calls it. */
  readonly unit: 'short' | 's' | 'percentunit' | 'bytes' | 'ops';
  readonly queries: readonly Query[];
}

/** Panels under one heading. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const quantiles = (metric: string, selector = ''): readonly Query[] =>
  ['0.5', '0.99'].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${metric}_bucket${selector}[$__rate_interval])))`,
    legend: `p${Number(quantile) * 100}`,
  }));

const one = (expr: string, legend = ''): readonly Query[] => [{ expr, legend }];

export const ROWS: readonly Row[] = [
  {
    title: 'Services',
    panels: [
      {
        title: 'Controllers that lead',
        description: 'One at any time.',
        ...{ type: 'stat', unit: 'short', queries: one('sum(berth_controller_leader)') },
      },
      {
        title: 'Services by Allocated',
        description: 'Reasons of the condition berth.dev/Allocated.',
        ...{ type: 'timeseries', unit: 'short', queries: one('sum by (reason) (berth_services)', '{{reason}}') },
      },
      {
        title: 'Services by Announced',
        description: 'Reasons of the condition berth.dev/Announced.',
        type: 'timeseries',
        unit: 'short',
        queries: one('sum by (reason) (berth_service_announcements)', '{{reason}}'),
      },
      {
        title: 'Time to address',
        description: 'From when a Service asks to the write of its status; waiting for a pool counts.',
        ...{ type: 'timeseries', unit: 's', queries: quantiles('berth_time_to_address_seconds') },
      },
      {
        title: 'Time to announce',
        description: 'From the write of a new address to berth.dev/Announced=True.',
        ...{ type: 'timeseries', unit: 's', queries: quantiles('berth_time_to_announce_seconds') },
      },
      {
        title: 'Objects that are not Ready, or cannot be read',
        description: 'Pools, advertisements, peers and profiles.',
        type: 'timeseries',
        unit: 'short',
        queries: [
          { expr: 'sum by (kind, reason) (berth_objects_not_ready)', legend: '{{kind}} {{reason}}' },
          { expr: 'max by (kind) (berth_unreadable_objects)', legend: '{{kind}} unreadable' },
        ],
      },
    ],
  },
  {
    title: 'Pools',
    panels: [
      {
        title: 'Pool usage',
        description: 'How much of each pool is given out.',
        type: 'timeseries',
        unit: 'percentunit',
        queries: one(
          'max by (pool, family) (berth_pool_addresses{state="assigned"}) / max by (pool, family) (berth_pool_addresses{state="total"} > 0)',
          '{{pool}} {{family}}',
        ),
      },
      {
        title: 'Free addresses',
        description: 'What each pool has left.',
        type: 'timeseries',
        unit: 'short',
        queries: one('max by (pool, family) (berth_pool_addresses{state="available"})', '{{pool}} {{family}}'),
      },
      {
        title: 'Pools that give out nothing',
        description: 'Pools that are not Ready.',
        ...{ type: 'stat', unit: 'short', queries: one('count(berth_pool_ready == 0) or vector(0)') },
      },
    ],
  },
  {
    title: 'Layer 2',
    panels: [
      {
        title: 'Addresses answered for',
        description: 'By node.',
        ...{ type: 'timeseries', unit: 'short', queries: one('berth_addresses_announced', '{{instance}}') },
      },
      {
        title: 'Addresses withheld',
        description: 'By reason, over all nodes; NotOwner is where another node answers.',
        type: 'timeseries',
        unit: 'short',
        queries: one('sum by (reason) (berth_addresses_withheld)', '{{reason}}'),
      },
      {
        title: 'Takeovers',
        description: 'Addresses that another node had before, by cause.',
        type: 'timeseries',
        unit: 'short',
        queries: one('sum by (cause) (increase(berth_takeovers_total[$__rate_interval]))', '{{cause}}'),
      },
      {
        title: 'Takeover time',
        description: 'From the first doubt about a node that is gone; the time in which BFD notices comes before that.',
        ...{ type: 'timeseries', unit: 's', queries: quantiles('berth_l2_takeover_seconds', '{cause="OwnerGone"}') },
      },
      {
        title: 'ARP and NDP answered',
        description: 'Replies sent, by node.',
        type: 'timeseries',
        unit: 'ops',
        queries: [
          { expr: 'rate(berth_arp_replies_sent_total[$__rate_interval])', legend: '{{instance}} ARP' },
          { expr: 'rate(berth_ndp_advertisements_sent_total[$__rate_interval])', legend: '{{instance}} NDP' },
        ],
      },
      {
        title: 'Conflicts',
        description: 'Strangers heard to use an address of ours.',
        type: 'timeseries',
        unit: 'short',
        queries: one('increase(berth_address_conflicts_total[$__rate_interval])', '{{instance}}'),
      },
      {
        title: 'BFD sessions',
        description: 'With other speakers and with BGP peers, by state.',
        ...{ type: 'timeseries', unit: 'short', queries: one('sum by (state) (berth_bfd_sessions)', '{{state}}') },
      },
      {
        title: 'Messages between speakers that are dropped',
        description: 'By reason.',
        type: 'timeseries',
        unit: 'ops',
        queries: one('sum by (reason) (rate(berth_ownership_messages_dropped_total[$__rate_interval]))', '{{reason}}'),
      },
    ],
  },
  {
    title: 'BGP',
    panels: [
      {
        title: 'Sessions that are Established',
        description: 'By node and peer: 1 or 0.',
        ...{ type: 'timeseries', unit: 'short', queries: one('berth_bgp_session_up', '{{instance}} {{peer}}') },
      },
      {
        title: 'Advertised routes',
        description: 'By node and peer.',
        ...{ type: 'timeseries', unit: 'short', queries: one('berth_bgp_advertised_routes', '{{instance}} {{peer}}') },
      },
      {
        title: 'Sessions lost',
        description: 'By node and peer.',
        type: 'timeseries',
        unit: 'short',
        queries: one('increase(berth_bgp_sessions_lost_total[$__rate_interval])', '{{instance}} {{peer}}'),
      },
    ],
  },
  {
    title: 'Daemons',
    panels: [
      {
        title: 'Versions',
        description: 'How many daemons run each.',
        ...{ type: 'stat', unit: 'short', queries: one('count by (version) (berth_build_info)', '{{version}}') },
      },
      {
        title: 'Daemons that are not ready',
        description: 'Ask them for /readyz.',
        ...{ type: 'stat', unit: 'short', queries: one('count(berth_ready == 0) or vector(0)') },
      },
      {
        title: 'Speakers by sign of life',
        description: 'As the controller sees them.',
        ...{ type: 'timeseries', unit: 'short', queries: one('sum by (life) (berth_speakers)', '{{life}}') },
      },
      {
        title: 'Status writes',
        description: 'By result.',
        type: 'timeseries',
        unit: 'ops',
        queries: one('sum by (result) (rate(berth_status_writes_total[$__rate_interval]))', '{{result}}'),
      },
      {
        title: 'Memory',
        description: 'Resident set of each daemon.',
        type: 'timeseries',
        unit: 'bytes',
        queries: one('process_resident_memory_bytes and on (instance) berth_build_info', '{{instance}}'),
      },
      {
        title: 'Processor time',
        description: 'Seconds a second.',
        type: 'timeseries',
        unit: 'short',
        queries: one(
          'rate(process_cpu_seconds_total[$__rate_interval]) and on (instance) berth_build_info',
          '{{instance}}',
        ),
      },
    ],
  },
];
