import { describe, expect, it } from 'vitest';
import {
  ADVERTISEMENT_REASONS,
  ALLOCATED_REASONS,
  ANNOUNCED_REASONS,
  POOL_REASONS,
  WITHHELD_REASONS,
} from '../../src/api/reasons.ts';

/** What programs out there rely on: codes may be added here, never taken away. */
const PUBLISHED = {
  allocated:
    'Allocated KeptWhileRequestPending Retained NoPools NoMatchingPool PoolExhausted UnknownPool PoolNotAllowed AddressNotInAnyPool AddressNotInRequestedPool AddressInUse AddressReserved AddressNotNamed FamilyMismatch DualStackUnavailable InvalidRequest',
  announced:
    'Announced PartlyAnnounced NoAddress NoAdvertisement NoEligibleNode NoSpeaker NotYetAnnounced NoSession NoEndpoints AddressConflict SpeakerSilent',
  pool: 'Ready InvalidAddresses OverlapsPool Deleting',
  advertisement:
    'Ready UnknownPool UnknownPeer UnknownProfile UnknownCommunity ConflictingAttributes NotSupported SecretMissing InUse',
  withheld:
    'NotOwner NoAdvertisement NodeNotSelected ServiceNotSelected InterfaceMissing InterfaceDown OffSubnet InterfacesUnknown SpeakerSilent NoLocalEndpoint NoEndpoints NodeNotReady NodeNetworkUnavailable NodeExcluded NodeDraining ProxyNotReady PeerNotSelected SessionDown AddressConflict NotSupported',
};

describe('reason codes', () => {
  it.each([
    ['Allocated', ALLOCATED_REASONS, PUBLISHED.allocated],
    ['Announced', ANNOUNCED_REASONS, PUBLISHED.announced],
    ['pool', POOL_REASONS, PUBLISHED.pool],
    ['advertisement', ADVERTISEMENT_REASONS, PUBLISHED.advertisement],
    ['withheld', WITHHELD_REASONS, PUBLISHED.withheld],
  ])('%s: each published code exists and means one sentence', (_table, reasons: Record<string, string>, published) => {
    expect(Object.keys(reasons)).toEqual(published.split(' '));
    for (const [code, meaning] of Object.entries(reasons)) {
      expect(code).toMatch(/^[A-Z][A-Za-z0-9]*$/);
      expect(meaning).toMatch(/^[A-Za-z].*\.$/);
    }
  });
});
