/**
 * The reason codes that Berth publishes, each with its meaning and what to do about it. They are an interface to people
 * and programs: tables grow, a code is never renamed and never changes its meaning. `docs/reference/reasons.md` is made from them;
 * codes that concern nodes, advertisements and Ingresses are in the files beside this one.
 */

/** One reason code. */
export interface Reason {
  /** One sentence. */
  readonly meaning: string;
  /** What to do, in one sentence; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** A reason of a condition of a Service. */
export interface ConditionReason extends Reason {
  /** The status that the condition has with it. */
  readonly status: 'True' | 'False' | 'Unknown';
  /** The type of the event that tells of it; null where the condition alone tells. */
  readonly event: 'Normal' | 'Warning' | null;
}

/** Reasons of the condition `berth.dev/Allocated` of a Service. */
export const ALLOCATED_REASONS = {
  Allocated: {
    status: 'True',
    event: 'Normal',
    meaning: 'The Service holds what it asked for.',
    remedy: null,
  },
  KeptWhileRequestPending: {
    status: 'True',
    event: 'Warning',
    meaning:
      'The Service asked for something else that cannot be given now, and keeps the address it has; the message names the inner reason.',
    remedy: 'Do what the inner reason asks for, or take the changed request back.',
  },
  Retained: {
    status: 'True',
    event: 'Normal',
    meaning: 'The Service holds an address that its pool no longer offers.',
    remedy:
      'Nothing has to be done; to move the Service, delete and create it, or set reclaimPolicy: Evict on the pool.',
  },
  NoPools: {
    status: 'False',
    event: 'Warning',
    meaning: 'There is no pool, or none is Ready.',
    remedy: 'Create an IPAddressPool, or mend those that are not Ready.',
  },
  NoMatchingPool: {
    status: 'False',
    event: 'Warning',
    meaning: 'Pools exist, and none may serve this Service: selectors, autoAssign or disabled keep it out.',
    remedy: 'Open one of the pools to the Service, label the Service or its namespace, or name a pool.',
  },
  PoolExhausted: {
    status: 'False',
    event: 'Warning',
    meaning: 'Every pool that may serve the Service is full.',
    remedy: 'Add addresses to a pool, or free one that a Service holds and does not need.',
  },
  UnknownPool: {
    status: 'False',
    event: 'Warning',
    meaning: 'The Service names a pool that does not exist.',
    remedy: 'Correct the annotation berth.dev/address-pool, or create the pool.',
  },
  PoolNotAllowed: {
    status: 'False',
    event: 'Warning',
    meaning: 'The Service names a pool, or an address in one, that is not open to it.',
    remedy: 'Mend or open the pool that the message names, or name another pool.',
  },
  AddressNotInAnyPool: {
    status: 'False',
    event: 'Warning',
    meaning: 'The Service asks for an address that is in no pool.',
    remedy: 'Ask for an address of a pool, or add this one to a pool.',
  },
  AddressNotInRequestedPool: {
    status: 'False',
    event: 'Warning',
    meaning: 'The Service asks for an address outside the pool that it names.',
    remedy: 'Take the name of the pool away, or ask for an address of that pool.',
  },
  AddressInUse: {
    status: 'False',
    event: 'Warning',
    meaning: 'The Service asks for an address that another Service holds and does not share.',
    remedy: 'Ask for another address, or let both share it by the annotation berth.dev/allow-shared-ip.',
  },
  AddressReserved: {
    status: 'False',
    event: 'Warning',
    meaning: 'The Service asks for an address that is reserved, avoided or never given out.',
    remedy: 'Ask for another address, or see with explain address what withholds it.',
  },
  AddressNotNamed: {
    status: 'False',
    event: 'Warning',
    meaning:
      'Several nodes decide on copies of the same objects, so that only an address which the Service names can be given.',
    remedy: 'Name the address with the annotation berth.dev/loadBalancerIPs, or share one folder with --shared.',
  },
  FamilyMismatch: {
    status: 'False',
    event: 'Warning',
    meaning: "The family of the address or pool does not fit the Service's IP families.",
    remedy:
      "Add addresses of the family to a pool, or change the Service's ipFamilies; of addresses that it names, name one of each.",
  },
  DualStackUnavailable: {
    status: 'False',
    event: 'Warning',
    meaning: 'The Service requires dual stack, and no pool, or no pair of cluster IPs, can give both families.',
    remedy: 'Give one pool addresses of both families, or set ipFamilyPolicy: PreferDualStack.',
  },
  InvalidRequest: {
    status: 'False',
    event: 'Warning',
    meaning: 'An annotation of the Service cannot be understood.',
    remedy: 'Correct what the message names.',
  },
} as const satisfies Readonly<Record<string, ConditionReason>>;

/** See {@link ALLOCATED_REASONS}. */
export type AllocatedReason = keyof typeof ALLOCATED_REASONS;

/** Why one pool did not serve one Service: what `plan` and `explain` say of each pool that was looked at in vain. */
export const PASSED_OVER_REASONS = {
  NotReady: {
    meaning: 'The pool is not Ready.',
    remedy: 'Mend what the condition Ready of the pool names.',
  },
  Deleting: {
    meaning: 'The pool is being deleted and gives out nothing.',
    remedy: 'Use another pool, or create this one anew under another name.',
  },
  Disabled: {
    meaning: 'The pool is disabled: it gives out nothing new.',
    remedy: 'Set spec.disabled: false on the pool.',
  },
  AutoAssignOff: {
    meaning: 'The pool has autoAssign: false, and serves only Services that name it or one of its addresses.',
    remedy: 'Name the pool with the annotation berth.dev/address-pool, or set spec.autoAssign: true on the pool.',
  },
  NamespaceNotSelected: {
    meaning: 'The serviceAllocation of the pool does not select the namespace of the Service.',
    remedy: "Add the namespace to the pool's spec.serviceAllocation, or give it the labels that this selects.",
  },
  ServiceNotSelected: {
    meaning: 'The serviceAllocation of the pool does not select the labels of the Service.',
    remedy: "Give the Service the labels that the pool's spec.serviceAllocation selects, or add a selector there.",
  },
  FamilyMissing: {
    meaning: 'The pool has no address of a family that the Service needs.',
    remedy: "Add addresses of the family to the pool, or change the Service's ipFamilies.",
  },
  Full: {
    meaning: 'The pool has no free address of a family that the Service needs.',
    remedy: 'Add addresses to the pool, or free one that a Service holds and does not need.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** See {@link PASSED_OVER_REASONS}. */
export type PassedOverReason = keyof typeof PASSED_OVER_REASONS;

/** Reasons of the condition `Ready` of a pool. */
export const POOL_REASONS = {
  Ready: {
    meaning: 'The pool gives out addresses as its spec says.',
    remedy: null,
  },
  InvalidAddresses: {
    meaning: 'An entry of addresses or reserved cannot be used; the message names each one.',
    remedy: 'Correct the entries that the message names.',
  },
  OverlapsPool: {
    meaning:
      'The pool contains addresses of another pool, which is older or was Ready before it, and gives out nothing until one of the two is changed.',
    remedy:
      'Take the addresses that the message names out of one of the two pools; to rename a pool, delete the other one, and this one takes its addresses over.',
  },
  Deleting: {
    meaning: 'The pool is being deleted, and waits for the Services that the message names.',
    remedy:
      'Wait, or list its addresses in another pool, which takes them over, or set reclaimPolicy: Evict to move the Services at once.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** See {@link POOL_REASONS}. */
export type PoolReason = keyof typeof POOL_REASONS;

/** The conditions on a Service of ours. */
export const ALLOCATED = 'berth.dev/Allocated';
/** See {@link ALLOCATED}. */
export const ANNOUNCED = 'berth.dev/Announced';
/** The condition on each object of ours that asks for something. */
export const READY = 'Ready';
