import { expect, vi } from 'vitest';
import { IPAddressPoolKind } from '../../../src/api/ip-address-pool.ts';
import { SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import type { Cluster } from '../cluster.ts';

const KINDS = [IPAddressPoolKind, SpeakerStatusKind].map(({ plural }) => `crd/${plural}.berth.dev`);
const NO_FINALIZERS = '[{"op": "remove", "path": "/metadata/finalizers"}]';

/** Deletes the kinds of what is given, and of what speakers say, with all objects; takes away what holds a pool. */
export async function deleteKinds(cluster: Cluster, pool: string): Promise<void> {
  await cluster.kubectl('delete', ...KINDS, '--wait=false');
  await vi.waitFor(
    async () => {
      await cluster.tryKubectl(['patch', 'ipaddresspool', pool, '--type=json', '-p', NO_FINALIZERS]);
      expect(await cluster.kubectl('get', ...KINDS, '--ignore-not-found', '-o', 'name')).toBe('');
    },
    { timeout: 20_000, interval: 100 },
  );
}
