import * as z from 'zod';
import { objectMeta } from '../fields/metadata.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';

const schema = z.looseObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('ServiceCIDR'),
  metadata: objectMeta,
  spec: z.looseObject({ cidrs: z.array(z.string()).optional() }).optional(),
});

/** Ranges that cluster IPs come from (networking.k8s.io/v1, served since Kubernetes 1.33). Ranges are unchecked text. */
export type ServiceCIDR = Plain<z.output<typeof schema>>;

/** See {@link ServiceCIDR}. */
export const ServiceCIDRKind = defineKind(
  { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', plural: 'servicecidrs', namespaced: false },
  schema,
);
