import * as z from 'zod';
import { objectMeta } from '../fields/metadata.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';
import { portNumber, protocol } from './protocol.ts';

const managedFields = z.looseObject({
  manager: z.string().optional(),
  operation: z.string().optional(),
  subresource: z.string().optional(),
  fieldsV1: z.looseObject({}).optional(),
});

const point = z.looseObject({
  ip: z.string().optional(),
  hostname: z.string().optional(),
  ports: z.array(z.looseObject({ port: portNumber, protocol, error: z.string().optional() })).optional(),
});

const schema = z.looseObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('Ingress'),
  metadata: objectMeta.extend({ managedFields: z.array(managedFields).optional() }),
  spec: z.looseObject({ ingressClassName: z.string().optional() }).optional(),
  status: z.looseObject({ loadBalancer: z.looseObject({ ingress: z.array(point).optional() }).optional() }).optional(),
});

/**
 * Rules by which an ingress controller serves HTTP (networking.k8s.io/v1); Berth reads its class and its addresses. Of
 * `metadata.managedFields` a store keeps what Berth itself applied.
 */
export type Ingress = Plain<z.output<typeof schema>>;

/** One published address of an {@link Ingress}. */
export type IngressPoint = Plain<z.output<typeof point>>;

/** See {@link Ingress}. */
export const IngressKind = defineKind(
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', plural: 'ingresses', namespaced: true },
  schema,
);
