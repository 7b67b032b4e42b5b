import * as z from 'zod';
import { foundCondition } from '../conditions.ts';
import { objectMeta } from '../fields/metadata.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';
import { portNumber, protocol } from './protocol.ts';

const port = z.looseObject({
  name: z.string().optional(),
  protocol,
  port: portNumber,
  targetPort: z.union([z.int(), z.string()], { error: 'must be a port number or the name of a port' }).optional(),
  nodePort: z.int().min(0).max(65535).optional(),
});

const spec = z.looseObject({
  type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).optional(),
  clusterIP: z.string().optional(),
  clusterIPs: z.array(z.string()).optional(),
  ipFamilies: z
    .array(z.enum(['IPv4', 'IPv6']))
    .max(2)
    .optional(),
  ipFamilyPolicy: z.enum(['SingleStack', 'PreferDualStack', 'RequireDualStack']).optional(),
  ports: z.array(port).optional(),
  selector: z.record(z.string(), z.string()).optional(),
  externalTrafficPolicy: z.enum(['Cluster', 'Local']).optional(),
  externalIPs: z.array(z.string()).optional(),
  loadBalancerIP: z.string().optional(),
  loadBalancerClass: z.string().optional(),
  allocateLoadBalancerNodePorts: z.boolean().optional(),
});

/** As an API server refuses it: two families have to be asked for. */
const specOfOneMind = spec.superRefine(({ ipFamilies = [], ipFamilyPolicy = 'SingleStack' }, context) => {
  if (ipFamilies.length < 2 || ipFamilyPolicy !== 'SingleStack') return;
  const message = 'must be RequireDualStack or PreferDualStack where two ipFamilies are named';
  context.addIssue({ code: 'custom', path: ['ipFamilyPolicy'], message });
});

const ingress = z.looseObject({
  ip: z.string().optional(),
  hostname: z.string().optional(),
  ipMode: z.enum(['VIP', 'Proxy']).optional(),
  ports: z.array(z.looseObject({ port: portNumber, protocol, error: z.string().optional() })).optional(),
});

const schema = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata: objectMeta,
  spec: specOfOneMind.optional(),
  status: z
    .looseObject({
      loadBalancer: z.looseObject({ ingress: z.array(ingress).optional() }).optional(),
      conditions: z.array(foundCondition).optional(),
    })
    .optional(),
});

/** A Service (core/v1). One written by hand may lack everything but its name; addresses in it are unchecked text. */
export type Service = Plain<z.output<typeof schema>>;

/** One published address of a {@link Service}. */
export type LoadBalancerIngress = Plain<z.output<typeof ingress>>;

/** See {@link Service}. */
export const ServiceKind = defineKind(
  { apiVersion: 'v1', kind: 'Service', plural: 'services', namespaced: true },
  schema,
);
