import * as z from 'zod';
import { objectMeta } from '../fields/metadata.ts';
import { time } from '../fields/time.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';

const schema = z.looseObject({
  apiVersion: z.literal('coordination.k8s.io/v1'),
  kind: z.literal('Lease'),
  metadata: objectMeta,
  spec: z
    .looseObject({
      holderIdentity: z.string().optional(),
      leaseDurationSeconds: z.int().positive().optional(),
      acquireTime: time.optional(),
      renewTime: time.optional(),
      leaseTransitions: z.int().min(0).optional(),
    })
    .optional(),
});

/** A sign of life with an expiry (coordination.k8s.io/v1). Times have microseconds, durations are in seconds. */
export type Lease = Plain<z.output<typeof schema>>;

/** See {@link Lease}. */
export const LeaseKind = defineKind(
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases', namespaced: true },
  schema,
);
