import { describe, expect, it } from 'vitest';
import { ADVERTISEMENT_REASONS, ANNOUNCED_REASONS, WITHHELD_REASONS } from '../../../src/api/reasons/announcement.ts';
import { DOCTOR_FINDINGS } from '../../../src/api/reasons/doctor.ts';
import {
  ADDRESS_FINDINGS,
  GATEWAY_FINDINGS,
  INGRESS_FINDINGS,
  NODE_FINDINGS,
  SERVICE_FINDINGS,
} from '../../../src/api/reasons/explanation.ts';
import {
  ALLOCATED,
  ALLOCATED_REASONS,
  ANNOUNCED,
  type ConditionReason,
  PASSED_OVER_REASONS,
  POOL_REASONS,
  type Reason,
} from '../../../src/api/reasons/reasons.ts';
import type { ObjectEvent } from '../../../src/controller/event-sink.ts';
import { ServiceEvents } from '../../../src/controller/service-events.ts';
import { service } from '../../allocator/builders.ts';

/** What programs out there rely on: codes may be added here, never taken away. */
const PUBLISHED: readonly [table: string, reasons: Readonly<Record<string, Reason>>, codes: string][] = [
  [
    'Allocated',
    ALLOCATED_REASONS,
    'Allocated KeptWhileRequestPending Retained NoPools NoMatchingPool PoolExhausted UnknownPool PoolNotAllowed AddressNotInAnyPool AddressNotInRequestedPool AddressInUse AddressReserved AddressNotNamed FamilyMismatch DualStackUnavailable InvalidRequest',
  ],
  [
    'Announced',
    ANNOUNCED_REASONS,
    'Announced PartlyAnnounced NoAddress NoAdvertisement NoEligibleNode NoSpeaker NotYetAnnounced NoSession NoEndpoints AddressConflict SpeakerSilent NotListed',
  ],
  [
    'passed over',
    PASSED_OVER_REASONS,
    'NotReady Deleting Disabled AutoAssignOff NamespaceNotSelected ServiceNotSelected FamilyMissing Full',
  ],
  ['pool', POOL_REASONS, 'Ready InvalidAddresses OverlapsPool Deleting'],
  [
    'advertisement',
    ADVERTISEMENT_REASONS,
    'Ready UnknownPool UnknownPeer UnknownProfile UnknownCommunity ConflictingAttributes NotSupported SecretMissing InUse',
  ],
  [
    'withheld',
    WITHHELD_REASONS,
    'NotOwner NoAdvertisement NodeNotSelected ServiceNotSelected InterfaceMissing InterfaceDown OffSubnet InterfacesUnknown SpeakerSilent NoLocalEndpoint NoEndpoints NodeNotReady NodeNetworkUnavailable NodeExcluded NodeDraining ProxyNotReady PeerNotSelected NoPeer FamilyNotCarried FamilyNotNegotiated NoNextHop AttributesTooLong SessionDown MovedTooOften AddressConflict',
  ],
  [
    'found at a Service',
    SERVICE_FINDINGS,
    'NotLoadBalancer OtherClass ControllerDown StatusOutdated OtherOwner NotObserved NoEndpoints AnnotationOverruled NotShared',
  ],
  [
    'found at an Ingress',
    INGRESS_FINDINGS,
    'Shown NoClass UnknownClass InvalidReference UnknownService UnknownController NoController SeveralControllers ServiceWithoutAddress LeftToController Unwritten NodeAddressShown OtherServiceShown StaleAddress SecondWriter',
  ],
  [
    'found at an address',
    ADDRESS_FINDINGS,
    'Available Held Shared Retained NotInAnyPool PoolClosed Reserved Avoided NeverGiven SpecialPurpose',
  ],
  ['found at a node', NODE_FINDINGS, 'Announcing'],
  [
    'found at a Gateway',
    GATEWAY_FINDINGS,
    'Shown UnknownClass NotAccepted NoService SeveralServices Unwritten StaleAddress NotProgrammed',
  ],
  [
    'found by the doctor',
    DOCTOR_FINDINGS,
    'KindsMissing WorkloadNotReady RightsMissing OtherImplementation ForeignPools StuckDeletion QuotaReached ExternalIPsInPool HostBits HoldsUsedAddresses SelectsNothing NodesExcluded NodeUnfit SpeakerMissing NodeGone TwoOwners NodeUsesAddress NoNodeName StrictArpOff UnfitNetwork VirtualNetwork TrafficBounces OtherBGPSpeaker',
  ],
];

const SENTENCE = /^[A-Za-z].*[^.]\.$/;
/** What is in order, or not the reader's to change. */
const NOTHING_TO_DO = [
  'Allocated',
  'Announced',
  'Ready',
  'NotOwner',
  'Shown',
  'Available',
  'Held',
  'Shared',
  'Announcing',
];

describe('reason codes', () => {
  it.each(PUBLISHED)('%s: each published code exists, and no other', (_table, reasons, codes) => {
    expect(Object.keys(reasons)).toEqual(codes.split(' '));
  });

  it.each(PUBLISHED)('%s: each means one sentence, and says in one what to do', (_table, reasons) => {
    for (const [code, { meaning, remedy }] of Object.entries(reasons)) {
      expect(code).toMatch(/^[A-Z][A-Za-z0-9]*$/);
      expect(meaning).toMatch(SENTENCE);
      if (NOTHING_TO_DO.includes(code)) expect(remedy).toBeNull();
      else expect(remedy, code).toMatch(SENTENCE);
    }
  });
});

describe('the reasons of conditions', () => {
  const rows = (type: string, reasons: Readonly<Record<string, ConditionReason>>) =>
    Object.entries(reasons).map(([reason, { status, event }]) => [type, reason, status, event] as const);

  it.each([...rows(ALLOCATED, ALLOCATED_REASONS), ...rows(ANNOUNCED, ANNOUNCED_REASONS)])(
    '%s %s: the event that is told is the one of the table',
    (type, reason, status, event) => {
      const told: ObjectEvent[] = [];
      const events = new ServiceEvents({
        record: (each) => told.push(each),
        resume: () => {},
        end: () => {},
        clear: () => {},
      });
      const condition = { type, status, reason, message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' };
      events.changed(service('web'), [condition]);
      expect(told.map((each) => [each.type, each.reason])).toEqual(event === null ? [] : [[event, reason]]);
    },
  );
});
