/** The namespace of the daemons' own objects: ServiceAccounts and Leases. */
export const BERTH_NAMESPACE = 'berth-system';

/** What may be done with a resource, in the words of RBAC. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** One thing that a daemon does with the Kubernetes API, and why it has to. */
export interface Access {
  /** The API group: `''` for the core group. */
  readonly group: string;
  /** The resource name as RBAC writes it, such as `services/status`. */
  readonly resource: string;
  readonly verbs: readonly Verb[];
  readonly reason: string;
  /** Only in {@link BERTH_NAMESPACE}; everywhere when absent. */
  readonly ownNamespace?: true;
  /** Only objects of these names; all when absent. Kubernetes cannot restrict `create`, `list` and `watch` by name. */
  readonly names?: readonly string[];
}

/** A daemon, and all that it may do. Manifests are made from this: what is not in a table is refused. */
export interface Daemon {
  /** The name of its ServiceAccount and of its roles. */
  readonly name: string;
  readonly access: readonly Access[];
}

const FOLLOW: readonly Verb[] = ['list', 'watch'];
const BERTH = 'berth.dev';
/** Those that say what is advertised over BGP. */
const BGP_RESOURCES = ['bgppeers', 'bgpadvertisements', 'bfdprofiles', 'communities'] as const;
/** Those of them that others name. */
const USED_RESOURCES = ['bfdprofiles', 'communities'] as const;
const LEASES = { group: 'coordination.k8s.io', resource: 'leases', ownNamespace: true } as const;

const SECRETS = { group: '', resource: 'secrets', verbs: FOLLOW, ownNamespace: true } as const;

/** The Lease that the controller's replicas contend for, where they serve the Services without a class. */
export const CONTROLLER_LEASE = 'berth-controller';

/** A speaker gives its sign of life by the Lease of this name, followed by that of its node, in {@link BERTH_NAMESPACE}. */
export const SPEAKER_LEASE_PREFIX = 'berth-speaker-';

/** Gives addresses: the only writer of the status of Services, Ingresses and pools. */
export const CONTROLLER: Daemon = {
  name: 'berth-controller',
  access: [
    {
      group: '',
      resource: 'services',
      verbs: FOLLOW,
      reason: 'Which Services ask for an address, and what they hold.',
    },
    { group: '', resource: 'services/status', verbs: ['patch'], reason: 'Gives addresses and says why not.' },
    { group: '', resource: 'nodes', verbs: FOLLOW, reason: 'Addresses of nodes are never given to a Service.' },
    { group: '', resource: 'namespaces', verbs: FOLLOW, reason: 'A pool may select namespaces by label.' },
    {
      group: '',
      resource: 'events',
      verbs: ['create', 'patch'],
      reason: 'Tells each change of an address, with a count.',
    },
    { group: BERTH, resource: 'ipaddresspools', verbs: FOLLOW, reason: 'Where addresses come from.' },
    {
      group: BERTH,
      resource: 'ipaddresspools',
      verbs: ['patch'],
      reason: 'Holds a deleted pool by a finalizer until its addresses are free.',
    },
    { group: BERTH, resource: 'ipaddresspools/status', verbs: ['patch'], reason: 'Counts addresses; names faults.' },
    { group: BERTH, resource: 'l2advertisements', verbs: FOLLOW, reason: 'Whether anybody announces an address.' },
    {
      group: BERTH,
      resource: 'l2advertisements',
      verbs: ['create'],
      reason: 'Makes the one called default at the first start, as kubectl cannot in the apply that brings the kind.',
    },
    { group: BERTH, resource: 'l2advertisements/status', verbs: ['patch'], reason: 'Names what is wrong with it.' },
    ...BGP_RESOURCES.flatMap((resource): readonly Access[] => [
      { group: BERTH, resource, verbs: FOLLOW, reason: 'What is advertised over BGP, and whether it can be.' },
      { group: BERTH, resource: `${resource}/status`, verbs: ['patch'], reason: 'Names what is wrong with it.' },
    ]),
    ...USED_RESOURCES.map((resource): Access => {
      return {
        group: BERTH,
        resource,
        verbs: ['patch'],
        reason: 'Holds a deleted one by a finalizer while it is named.',
      };
    }),
    { ...SECRETS, reason: 'Whether the password that a BGPPeer names is there.' },
    {
      group: BERTH,
      resource: 'speakerstatuses',
      verbs: FOLLOW,
      reason: 'Who announces what, and the gateways of nodes.',
    },
    {
      group: 'discovery.k8s.io',
      resource: 'endpointslices',
      verbs: FOLLOW,
      reason: 'Why no node announces an address.',
    },
    {
      group: 'networking.k8s.io',
      resource: 'servicecidrs',
      verbs: FOLLOW,
      reason: 'Cluster IPs are never given to a Service as its external address.',
    },
    {
      group: 'networking.k8s.io',
      resource: 'ingressclasses',
      verbs: FOLLOW,
      reason: 'Which Service stands for a class.',
    },
    { group: 'networking.k8s.io', resource: 'ingresses', verbs: FOLLOW, reason: 'Which Ingresses lack an address.' },
    {
      group: 'networking.k8s.io',
      resource: 'ingresses/status',
      verbs: ['patch'],
      reason: 'Shows the address of its Service on an Ingress (server-side apply).',
    },
    { ...LEASES, verbs: ['list', 'watch'], reason: 'Which speakers give a sign of life.' },
    { ...LEASES, verbs: ['create'], reason: 'Makes the Lease that its replicas contend for.' },
    { ...LEASES, verbs: ['get', 'update'], names: [CONTROLLER_LEASE], reason: 'Takes, keeps and gives up that Lease.' },
  ],
};

/** Announces addresses to the network of one node. */
export const SPEAKER: Daemon = {
  name: 'berth-speaker',
  access: [
    { group: '', resource: 'services', verbs: FOLLOW, reason: 'Which addresses there are, and their traffic policy.' },
    {
      group: '',
      resource: 'nodes',
      verbs: ['get', ...FOLLOW],
      reason: 'Which nodes may announce, and its own node as owner of status.',
    },
    { group: 'discovery.k8s.io', resource: 'endpointslices', verbs: FOLLOW, reason: 'Which nodes have an endpoint.' },
    { group: BERTH, resource: 'ipaddresspools', verbs: FOLLOW, reason: 'Which pool an address comes from.' },
    { group: BERTH, resource: 'l2advertisements', verbs: FOLLOW, reason: 'What to announce, where and how.' },
    ...BGP_RESOURCES.map((resource): Access => {
      return { group: BERTH, resource, verbs: FOLLOW, reason: 'What to advertise over BGP, and to whom.' };
    }),
    { ...SECRETS, reason: 'The passwords of BGP peers.' },
    { group: BERTH, resource: 'speakerstatuses', verbs: FOLLOW, reason: 'Where the other nodes are attached.' },
    { group: BERTH, resource: 'speakerstatuses', verbs: ['create'], reason: 'Makes the status object of its node.' },
    { group: BERTH, resource: 'speakerstatuses/status', verbs: ['patch'], reason: 'Reports interfaces and addresses.' },
    {
      ...LEASES,
      verbs: ['get', 'create', 'update', 'delete'],
      reason: 'Gives a sign of life by its own Lease and takes leave. RBAC has no names that depend on the node.',
    },
  ],
};

/** All that run in a cluster. */
export const DAEMONS: readonly Daemon[] = [CONTROLLER, SPEAKER];

/** What both daemons may do where metrics require a token: what `--metrics-auth` asks the API server. */
export const METRICS_AUTH_ACCESS: readonly Access[] = [
  {
    group: 'authentication.k8s.io',
    resource: 'tokenreviews',
    verbs: ['create'],
    reason: 'Who holds the token that a scraper shows.',
  },
  {
    group: 'authorization.k8s.io',
    resource: 'subjectaccessreviews',
    verbs: ['create'],
    reason: 'Whether that one may read the path.',
  },
];

/** Who may read them: a ClusterRole of this name, and a ServiceAccount in {@link BERTH_NAMESPACE} that has it. */
export const METRICS_READER = 'berth-metrics-reader';

/** The paths that a token is required for. */
export const METRICS_PATHS = ['/metrics', '/status'] as const;
