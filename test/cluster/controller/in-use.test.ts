import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ControllerCluster, eventually } from './harness.ts';

const OBJECT = (kind: string, name: string, spec: string) => `
apiVersion: berth.dev/v1beta1
kind: ${kind}
metadata: {name: ${name}}
spec: {${spec}}
`;
const PEER = (name: string, more = '') =>
  OBJECT('BGPPeer', name, `myASN: 64512, peerASN: 64513, peerAddress: 192.0.2.1${more}`);
const COMMUNITY = (name: string) => OBJECT('Community', name, "communities: [{name: blue, value: '64512:1'}]");

let lab: ControllerCluster;
beforeAll(async () => {
  lab = await ControllerCluster.start();
});
afterAll(() => lab?.dispose());
afterEach(async () => {
  await lab.cluster.kubectl('delete', 'bpeer,bbgp,bbfd,bcomm', '--all', '--timeout=15s');
  await lab.stopControllers();
});

const apply = (...texts: readonly string[]) => lab.cluster.apply(texts.join('---\n'));
/** Waits until `kubectl get -o wide` shows the reason of the condition Ready. */
const shows = (resource: string, name: string, reason: string) =>
  eventually(async () => expect((await lab.row(resource, name, '-o', 'wide')).REASON).toBe(reason));
const isHeld = (resource: string, name: string) =>
  eventually(async () => {
    const path = 'jsonpath={.metadata.finalizers[*]}';
    expect(await lab.cluster.kubectl('get', resource, name, '-o', path)).toBe('berth.dev/in-use');
  });
const remove = (resource: string, name: string) => lab.cluster.kubectl('delete', resource, name, '--wait=false');
const isGone = (resource: string, name: string) =>
  lab.cluster.kubectl('wait', '--for=delete', `${resource}/${name}`, '--timeout=15s');

describe('what others name, deleted by kubectl', () => {
  it('a BFDProfile stays in force and says who names it, and goes with the last of them', async () => {
    await lab.startController();
    await apply(OBJECT('BFDProfile', 'fast', ''), PEER('a', ', bfdProfile: fast'), PEER('b', ', bfdProfile: fast'));
    await isHeld('bbfd', 'fast');
    await remove('bbfd', 'fast');
    await shows('bbfd', 'fast', 'InUse');
    const described = await lab.cluster.kubectl('describe', 'bbfd', 'fast');
    expect(described.replace(/\s+/g, ' ')).toContain('as long as it is named by BGPPeer a, BGPPeer b: change');
    await apply(PEER('a'));
    await eventually(async () => {
      expect(await lab.cluster.kubectl('describe', 'bbfd', 'fast')).toMatch(/named by BGPPeer b:/);
    });
    expect(await lab.cluster.kubectl('get', 'bpeer', 'b', '-o', 'jsonpath={.status.conditions[0].status}')).toBe(
      'True',
    );
    await remove('bpeer', 'b');
    await isGone('bbfd', 'fast');
  });

  it('a Community goes once another one says the same', async () => {
    await lab.startController();
    await apply(COMMUNITY('old'), OBJECT('BGPAdvertisement', 'all', 'communities: [blue]'));
    await isHeld('bcomm', 'old');
    await remove('bcomm', 'old');
    await shows('bcomm', 'old', 'InUse');
    await apply(COMMUNITY('new'));
    await isGone('bcomm', 'old');
    await isHeld('bcomm', 'new');
    await shows('bbgp', 'all', 'Ready');
  });

  it('what nobody names goes at once, with no controller running', async () => {
    const running = await lab.startController();
    await apply(OBJECT('BFDProfile', 'fast', ''), PEER('a', ', bfdProfile: fast'));
    await isHeld('bbfd', 'fast');
    await remove('bpeer', 'a');
    await eventually(async () => {
      const path = 'jsonpath={.metadata.finalizers}';
      expect(await lab.cluster.kubectl('get', 'bbfd', 'fast', '-o', path)).toBe('');
    });
    await running.stop();
    expect(await lab.cluster.kubectl('delete', 'bbfd', 'fast', '--timeout=5s')).toMatch(/deleted/);
  });

  it('all at once, in whatever order', async () => {
    await lab.startController();
    await apply(OBJECT('BFDProfile', 'fast', ''), PEER('a', ', bfdProfile: fast'));
    await isHeld('bbfd', 'fast');
    expect(await lab.cluster.kubectl('delete', 'bbfd/fast', 'bpeer/a', '--timeout=15s')).toMatch(/fast.*deleted/);
  });
});
