import * as z from 'zod';
import { objectMeta } from '../fields/metadata.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';
import { portNumber, protocol } from './protocol.ts';

const endpoint = z.looseObject({
  addresses: z.array(z.string()).optional(),
  conditions: z
    .looseObject({
      ready: z.boolean().optional(),
      serving: z.boolean().optional(),
      terminating: z.boolean().optional(),
    })
    .optional(),
  nodeName: z.string().optional(),
});

const schema = z.looseObject({
  apiVersion: z.literal('discovery.k8s.io/v1'),
  kind: z.literal('EndpointSlice'),
  metadata: objectMeta,
  addressType: z.enum(['IPv4', 'IPv6', 'FQDN']).optional(),
  endpoints: z.array(endpoint).optional(),
  ports: z.array(z.looseObject({ name: z.string().optional(), protocol, port: portNumber.optional() })).optional(),
});

/** Some of the endpoints of one Service (discovery.k8s.io/v1). */
export type EndpointSlice = Plain<z.output<typeof schema>>;

/** One endpoint of an {@link EndpointSlice}. */
export type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];

/** The label that names the Service, in the slice's own namespace, that the endpoints belong to. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** See {@link EndpointSlice}. */
export const EndpointSliceKind = defineKind(
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', plural: 'endpointslices', namespaced: true },
  schema,
);
