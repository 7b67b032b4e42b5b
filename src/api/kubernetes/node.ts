import * as z from 'zod';
import { foundCondition } from '../conditions.ts';
import { objectMeta } from '../fields/metadata.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from '../schema/define-kind.ts';

const schema = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Node'),
  metadata: objectMeta,
  spec: z
    .looseObject({
      podCIDR: z.string().optional(),
      podCIDRs: z.array(z.string()).optional(),
      taints: z.array(z.looseObject({ key: z.string(), value: z.string().optional(), effect: z.string() })).optional(),
      unschedulable: z.boolean().optional(),
    })
    .optional(),
  status: z
    .looseObject({
      addresses: z.array(z.looseObject({ type: z.string(), address: z.string() })).optional(),
      conditions: z.array(foundCondition).optional(),
    })
    .optional(),
});

/** A machine of the cluster (core/v1). Addresses and Pod ranges are text, as the kubelet and the operator wrote them. */
export type Node = Plain<z.output<typeof schema>>;

/** See {@link Node}. */
export const NodeKind = defineKind({ apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false }, schema);
