import { runProgram } from '../../../src/cli/program.ts';
import { recordingContext } from '../recording-context.ts';

/** A pool of one address. */
export const POOL = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.1/32]}
`;
/** A Service that asks for an address, or holds one. */
export const service = (name: string, ip?: string): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, creationTimestamp: 2026-01-01T00:00:00Z}
spec: {type: LoadBalancer}
${ip === undefined ? '' : `status: {loadBalancer: {ingress: [{ip: ${ip}}]}}\n`}`;

/** Runs `berth explain`. */
export async function berth(args: readonly string[], stdin = '') {
  const context = recordingContext(stdin);
  const code = await runProgram(['explain', ...args], context);
  return { code, out: context.out(), err: context.err() };
}
