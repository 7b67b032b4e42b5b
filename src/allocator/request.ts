import { ADDRESS_POOL, ALLOW_SHARED_IP, annotationOf, LOAD_BALANCER_IPS } from '../api/annotations.ts';
import { findCondition } from '../api/conditions.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { publishedAddresses } from '../api/load-balancer.ts';
import { keyOf, keyText } from '../api/object.ts';
import { ALLOCATED } from '../api/reasons/reasons.ts';
import { type Address, AddressError, compareAddresses, formatAddress, parseAddress } from '../ip/address.ts';
import type { IPFamily } from '../ip/family.ts';
import { type FamilyRequest, familiesOf } from './families.ts';
import { ALONE, type SharingTerms, sharingTermsOf } from './sharing.ts';

/** What one Service asks of the allocator, and what it holds by its own status. Derived from the Service alone. */
export interface Request {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, or infinity for a Service without a creation time, which comes last. */
  readonly createdAt: number;
  /** Since when its condition `berth.dev/Allocated` has been True; infinity where it is not. */
  readonly allocatedSince: number;
  /** That condition says `Allocated`: some pool offered what it holds when that was written. */
  readonly wasAllocated: boolean;
  /** Being deleted: keeps what it holds until the object is gone, and is given nothing more. */
  readonly deleting: boolean;
  readonly families: FamilyRequest;
  /** The pool it names. */
  readonly pool: string | undefined;
  /** Where it names it: the annotation as it is spelled. */
  readonly poolField: string | undefined;
  /**
   * It has come to name its pool while it held what it holds, or waits for what it names: so an address of which nobody
   * knows where it is from is not from there.
   */
  readonly asksAnew: boolean;
  /** The addresses it names, IPv4 before IPv6; empty when it leaves the choice to us. */
  readonly addresses: readonly Address[];
  /** Where it names them: the annotation as it is spelled, or `spec.loadBalancerIP`. */
  readonly addressesField: string | undefined;
  readonly sharing: SharingTerms;
  /** Every reason why the request cannot be understood; empty for a sound one. */
  readonly faults: readonly string[];
  /** The addresses in `status.loadBalancer.ingress`. */
  readonly published: readonly Address[];
  /** `loadBalancerClass example.com/other`, for a holder that is not ours; undefined for one that is. */
  readonly otherClass: string | undefined;
}

/** Derives the request of a Service of type LoadBalancer. Never throws: what cannot be understood becomes a fault. */
export function requestOf(service: Service): Request {
  const faults: string[] = [];
  const { metadata, spec } = service;
  const poolAnnotation = annotationOf(service, ADDRESS_POOL);
  const pool = poolAnnotation?.value.trim() || undefined;
  const { addresses, field: addressesField } = namedAddresses(service, faults);
  const key = keyOf(service);
  const isDeleting = metadata.deletionTimestamp !== undefined;
  return {
    key: keyText(key),
    namespace: metadata.namespace ?? 'default',
    labels: metadata.labels ?? UNLABELLED,
    createdAt: instantOf(metadata.creationTimestamp),
    allocatedSince: allocatedSince(service),
    wasAllocated: allocatedOf(service)?.reason === 'Allocated',
    deleting: isDeleting,
    families: familiesOf(spec ?? {}, faults),
    pool,
    poolField: pool === undefined ? undefined : poolAnnotation?.name,
    asksAnew: !isDeleting && pool !== undefined && allocatedOf(service)?.reason === 'KeptWhileRequestPending',
    addresses,
    addressesField,
    sharing: sharingTermsOf(service, annotationOf(service, ALLOW_SHARED_IP)?.value),
    faults,
    published: publishedAddresses(service),
    otherClass: undefined,
  };
}

/** A Service of a class that is not served here: it asks for nothing, and shares what it publishes with nobody. */
export function otherHolderOf(service: Service): Request {
  const itsClass = service.spec?.loadBalancerClass;
  return {
    ...requestOf(service),
    pool: undefined,
    asksAnew: false,
    addresses: NONE,
    sharing: ALONE,
    otherClass: itsClass === undefined ? 'no loadBalancerClass' : `loadBalancerClass ${itsClass}`,
  };
}

type NamedAddresses = Pick<Request, 'addresses'> & { readonly field: string | undefined };

function namedAddresses(service: Service, faults: string[]): NamedAddresses {
  const annotation = annotationOf(service, LOAD_BALANCER_IPS);
  const list = annotation?.value.trim();
  const single = service.spec?.loadBalancerIP;
  if (!list && !single) return NOTHING_NAMED;
  const spelling = annotation?.name ?? '';
  const fromAnnotation = list ? parseAll(list.split(','), spelling, faults) : [];
  const fromField = single ? parseAll([single], LOAD_BALANCER_IP, faults) : [];
  if (fromAnnotation.length > 0 && fromField.length > 0 && !sameAddresses(fromAnnotation, fromField)) {
    faults.push(`${LOAD_BALANCER_IP} and the annotation ${spelling} disagree: keep one of them`);
  }
  const [addresses, field] = fromAnnotation.length > 0 ? [fromAnnotation, spelling] : [fromField, LOAD_BALANCER_IP];
  for (const [index, address] of addresses.entries()) {
    if (addresses[index + 1]?.family === address.family) {
      faults.push(`${field}: asks for more than one ${address.family} address: name one address a family`);
    }
  }
  return { addresses, field };
}

function parseAll(texts: readonly string[], field: string, faults: string[]): Address[] {
  const addresses: Address[] = [];
  for (const text of texts) {
    if (text.trim() === '') {
      faults.push(`${field}: an entry is empty: separate addresses by single commas`);
      continue;
    }
    try {
      addresses.push(parseAddress(text.trim()));
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      faults.push(`${field}: ${error.message}`);
    }
  }
  return addresses.sort(compareAddresses);
}

function allocatedSince(service: Service): number {
  const condition = allocatedOf(service);
  return condition?.status === 'True' ? instantOf(condition.lastTransitionTime) : Number.POSITIVE_INFINITY;
}

function allocatedOf({ status }: Service) {
  return findCondition(status?.conditions, ALLOCATED);
}

function instantOf(time: string | undefined): number {
  const instant = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(instant) ? Number.POSITIVE_INFINITY : instant;
}

/** Whether two lists, each in publishing order, hold the same addresses. */
export function sameAddresses(a: readonly Address[], b: readonly Address[]): boolean {
  return a.length === b.length && a.every((address, index) => compareAddresses(address, b[index] as Address) === 0);
}

/** Addresses as people read them in messages: `192.0.2.1 and 2001:db8::1`. */
export function listAddresses(addresses: readonly Address[]): string {
  return addresses.map(formatAddress).join(' and ');
}

/** The families of the addresses, in their order. */
export function familiesIn(addresses: readonly Address[]): readonly IPFamily[] {
  return addresses.map((address) => address.family);
}

const NONE: readonly Address[] = [];
const NOTHING_NAMED: NamedAddresses = { addresses: NONE, field: undefined };
const LOAD_BALANCER_IP = 'spec.loadBalancerIP';
const UNLABELLED: Readonly<Record<string, string>> = {};
