import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { berth, POOL } from './berth.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-explain-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const SPEAKER = `---
apiVersion: berth.dev/v1beta1
kind: SpeakerStatus
metadata: {name: n1}
status:
  interfaces:
    - {name: eth0, mac: "02:00:00:00:00:11", up: true, addresses: [192.0.2.11/24], gateways: [192.0.2.254]}
    - {name: cni0, mac: "02:00:00:00:00:12", up: true, addresses: [10.244.0.1/24], gateways: []}
  l2: [{address: 192.0.2.1, service: default/first, interface: eth0, role: Owner, since: 2026-01-01T00:00:00Z}]
  withheld:
    - {reason: NotOwner, count: 2, examples: [192.0.2.2 default/second, 192.0.2.3 default/third]}
    - {reason: OffSubnet, count: 1, examples: [198.51.100.1 default/far]}
`;
const NODE = `---
apiVersion: v1
kind: Node
metadata: {name: n1, annotations: {berth.dev/drain: ""}}
`;

describe('berth explain node', () => {
  it('shows a node at a glance', async () => {
    const { code, out } = await berth(['node/n1', '-f', '-'], `${POOL}${SPEAKER}${NODE}`);
    expect(code).toBe(0);
    expect(out).toBe(`Node:          n1
Status:        needs attention: NodeDraining
Why:           node n1 is annotated berth.dev/drain: berth undrain n1 brings it back
What to do:    Take the annotation berth.dev/drain away when the node is to come back.

Speaker:       not known: its report is taken for one of now
Chosen by:     L2Advertisement default
Owner of:      1: 192.0.2.1 default/first
Standby of:    nothing
Caretaker of:  nothing

Interfaces:
  NAME   UP    ADDRESSES       GATEWAYS      ANNOUNCES FOR
  eth0   yes   192.0.2.11/24   192.0.2.254   default
  cni0   yes   10.244.0.1/24   <none>        never unless named: the bridge of a CNI plug-in

Not announced here, by reason:
  REASON      ADDRESSES   OVER   SUCH AS
  NotOwner    2           l2     192.0.2.2 default/second
  OffSubnet   1           l2     198.51.100.1 default/far
      -> Use addresses of a subnet of the nodes, or set offSubnet: Announce where routers know the way.
`);
  });

  it('prints the same as JSON, under the name of its speaker, too', async () => {
    const { out } = await berth(['speaker', 'n1', '-f', '-', '-o', 'json'], `${POOL}${SPEAKER}${NODE}`);
    expect(JSON.parse(out)).toMatchObject({
      object: { kind: 'Node', namespace: null, name: 'n1' },
      summary: { ok: false, reason: 'NodeDraining' },
      node: {
        speaker: { state: 'Unknown', renewed: null },
        bars: [{ reason: 'NodeDraining' }],
        interfaces: [
          { name: 'eth0', advertisements: ['default'] },
          { name: 'cni0', advertisements: [] },
        ],
        roles: [{ role: 'Owner', count: 1 }, { role: 'Standby' }, { role: 'Caretaker' }],
        withheld: [{ reason: 'NotOwner', count: 2 }, { reason: 'OffSubnet' }],
      },
    });
  });

  it('speaks of a folder, and of no cluster', async () => {
    await writeFile(join(folder, 'all.yaml'), `${POOL}${NODE.replace(', annotations: {berth.dev/drain: ""}', '')}`);
    const { out } = await berth(['node/n1', '--dir', folder]);
    expect(out).toMatch(/^What to do: +Run berth standalone, without --no-speaker, on the node\.$/m);
    expect(out).toMatch(/^Interfaces: +not reported yet$/m);
    expect(out).not.toMatch(/API server|kubectl|berth (speaker|controller)|Lease/);
  });

  it('says what may be meant', async () => {
    expect((await berth(['node/n2', '-f', '-'], `${POOL}${SPEAKER}${NODE}`)).err).toMatch(
      /^error: there is no Node n2: did you mean n1\?$/m,
    );
  });
});
