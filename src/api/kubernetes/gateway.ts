import * as z from 'zod';
import { foundCondition } from '../conditions.ts';
import { objectMeta } from '../fields/metadata.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';

const address = z.looseObject({ type: z.string().optional(), value: z.string().optional() });

const schema = z.looseObject({
  apiVersion: z.literal('gateway.networking.k8s.io/v1'),
  kind: z.literal('Gateway'),
  metadata: objectMeta,
  spec: z.looseObject({ gatewayClassName: z.string().optional(), addresses: z.array(address).optional() }).optional(),
  status: z
    .looseObject({ addresses: z.array(address).optional(), conditions: z.array(foundCondition).optional() })
    .optional(),
});

/** Where traffic comes in, by the Gateway API (gateway.networking.k8s.io/v1). Its implementation writes the status. */
export type Gateway = Plain<z.output<typeof schema>>;

/** See {@link Gateway}. Not every cluster has the Gateway API. */
export const GatewayKind = defineKind(
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', plural: 'gateways', namespaced: true },
  schema,
);
