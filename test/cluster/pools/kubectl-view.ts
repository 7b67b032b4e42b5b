import { expect, vi } from 'vitest';
import type { ControllerCluster } from '../controller/harness.ts';

/** What people see of Services and pools by kubectl alone, and the objects that these tests make. */
export class KubectlView {
  constructor(private readonly lab: ControllerCluster) {}

  kubectl(...args: readonly string[]): Promise<string> {
    return this.lab.cluster.kubectl(...args);
  }

  /** Waits until `kubectl get service` shows the address, and `kubectl describe` an event of this reason. */
  async service(name: string, address: string, reason: string): Promise<void> {
    await eventually(async () => expect((await this.lab.row('service', name))['EXTERNAL-IP']).toBe(address));
    const line = new RegExp(`^ +(Normal|Warning) +${reason} .* berth-controller `, 'm');
    await eventually(async () => expect(await this.kubectl('describe', 'service', name)).toMatch(line));
  }

  /** Waits until `kubectl get bpool` says so, and `kubectl describe` has the message. `True Ready 1/10`: one of ten. */
  async pool(name: string, summary: string, message: RegExp): Promise<void> {
    await eventually(async () => {
      const row = await this.lab.row('bpool', name);
      const [assigned, available] = [Number(row['ASSIGNED IPV4']), Number(row['AVAILABLE IPV4'])];
      expect(`${row.READY} ${row.REASON} ${assigned}/${assigned + available}`).toBe(summary);
    });
    await eventually(async () => expect(await this.kubectl('describe', 'bpool', name)).toMatch(message));
  }

  /** Waits until there is no such object. */
  async gone(resource: string, name: string): Promise<void> {
    await this.kubectl('wait', '--for=delete', `${resource}/${name}`, '--timeout=15s');
  }

  finalizers(name: string): Promise<string> {
    return this.kubectl('get', 'bpool', name, '-o', 'jsonpath={.metadata.finalizers[*]}');
  }

  async apply(...texts: readonly string[]): Promise<void> {
    await this.lab.cluster.apply(texts.join('---\n'));
  }
}

/** Each look starts kubectl, which takes a core for a while. */
function eventually(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 15_000, interval: 200 });
}

/** An IPAddressPool, as people write it. */
export const poolText = (name: string, addresses: string, more = '', labels = '') => `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: ${name}, labels: {${labels}}}
spec: {addresses: [${addresses}]${more}}
`;

/** A Service of type LoadBalancer, as people write it. */
export const serviceText = (name: string) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;
