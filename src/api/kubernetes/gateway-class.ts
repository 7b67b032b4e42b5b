import * as z from 'zod';
import { objectMeta } from '../fields/metadata.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';

const schema = z.looseObject({
  apiVersion: z.literal('gateway.networking.k8s.io/v1'),
  kind: z.literal('GatewayClass'),
  metadata: objectMeta,
  spec: z.looseObject({ controllerName: z.string().optional() }).optional(),
});

/** Which implementation serves the Gateways that name this class (gateway.networking.k8s.io/v1). */
export type GatewayClass = Plain<z.output<typeof schema>>;

/** See {@link GatewayClass}. Not every cluster has the Gateway API. */
export const GatewayClassKind = defineKind(
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', plural: 'gatewayclasses', namespaced: false },
  schema,
);
