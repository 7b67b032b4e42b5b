import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IngressKind } from '../../../src/api/kubernetes/ingress.ts';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { StoreError } from '../../../src/store/store.ts';
import { DirectoryHarness } from '../directory-harness.ts';

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.60]}
`;
const SERVICE = (name: string, address: string) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {type: LoadBalancer, loadBalancerIP: ${address}, ports: [{port: 80}]}
`;
const CILIUM = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: cilium}
spec: {controller: cilium.io/ingress-controller}
`;
const INGRESS = (name: string, annotations = '{}') => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}, annotations: ${annotations}}
spec: {ingressClassName: cilium}
`;
const NAMED = '{berth.dev/service: default/web}';

describe('the status of an Ingress', () => {
  let harness: DirectoryHarness;

  beforeEach(async () => {
    harness = await DirectoryHarness.open();
    await harness.put('pool', POOL);
    await harness.put('class', CILIUM);
  });
  afterEach(() => harness.close());

  const key = (name: string) => ({ namespace: 'default', name });
  const address = async (name: string) =>
    (await harness.store.get(IngressKind, key(name)))?.status?.loadBalancer?.ingress?.map(({ ip }) => ip).join() ?? '';
  const expectAddress = (name: string, expected: string) =>
    harness.eventually(async () => expect(await address(name)).toBe(expected));
  const writeAsAnother = (name: string, ingress: readonly { ip: string }[]) =>
    harness.store.patchStatus(IngressKind, key(name), { loadBalancer: { ingress } });
  const given = (name: string, ip = '192.0.2.51') =>
    harness.eventually(async () =>
      expect((await harness.store.get(ServiceKind, key(name)))?.status?.loadBalancer?.ingress?.[0]?.ip).toBe(ip),
    );

  it('follows a named Service: given, changed, removed, and there again', async () => {
    await harness.start();
    for (const name of ['one', 'two']) await harness.put(name, INGRESS(name, NAMED));
    await harness.put('web', SERVICE('web', '192.0.2.51'));
    for (const name of ['one', 'two']) await expectAddress(name, '192.0.2.51');
    await harness.put('web', SERVICE('web', '192.0.2.52'));
    for (const name of ['one', 'two']) await expectAddress(name, '192.0.2.52');
    await harness.remove('web');
    for (const name of ['one', 'two']) await expectAddress(name, '');
    await harness.put('web', SERVICE('web', '192.0.2.53'));
    for (const name of ['one', 'two']) await expectAddress(name, '192.0.2.53');
  });

  it('waits for the grace where the table knows the Service, from when there is an address', async () => {
    await harness.put('shop', INGRESS('shop'));
    await harness.start();
    harness.clock.advance(1_000_000);
    await harness.put('web', SERVICE('cilium-ingress-shop', '192.0.2.51'));
    await given('cilium-ingress-shop');
    const applyStatus = vi.spyOn(harness.store, 'applyStatus');
    harness.clock.advance(89_000);
    expect(applyStatus).not.toHaveBeenCalled();
    await expectAddress('shop', '192.0.2.51');
  });

  it('is filled with its Service by standalone runs that end when all is settled', async () => {
    await harness.put('one', INGRESS('one', NAMED));
    await harness.put('web', SERVICE('web', '192.0.2.51'));
    const controller = await harness.start({ clock: undefined });
    await controller.settled();
    expect(await address('one')).toBe('192.0.2.51');
  });

  it('is left to whoever else writes it', async () => {
    await harness.put('one', INGRESS('one', NAMED));
    await harness.put('web', SERVICE('web', '192.0.2.51'));
    await harness.start();
    await expectAddress('one', '192.0.2.51');
    await writeAsAnother('one', [{ ip: '192.0.2.99' }]);
    const applyStatus = vi.spyOn(harness.store, 'applyStatus');
    await harness.put('web', SERVICE('web', '192.0.2.52'));
    await harness.put('two', INGRESS('two', NAMED));
    await expectAddress('two', '192.0.2.52');
    await harness.remove('web');
    await expectAddress('two', '');
    expect(await address('one')).toBe('192.0.2.99');
    expect(applyStatus.mock.calls.filter(([, { name }]) => name === 'one')).toEqual([]);
  });

  it('is not asked for again once somebody else was found to have it', async () => {
    await harness.put('web', SERVICE('web', '192.0.2.51'));
    await harness.start();
    await given('web');
    const applyStatus = vi.spyOn(harness.store, 'applyStatus').mockRejectedValue(new StoreError('Conflict', 'taken'));
    await harness.put('one', INGRESS('one', NAMED));
    await harness.eventually(async () => expect(applyStatus).toHaveBeenCalledTimes(1));
    await harness.put('web', SERVICE('web', '192.0.2.52'));
    await given('web', '192.0.2.52');
    harness.clock.advance(500_000);
    expect(applyStatus).toHaveBeenCalledTimes(1);
  });

  it('is filled after the grace once whoever wrote first has emptied it', async () => {
    await harness.put('web', SERVICE('web', '192.0.2.51'));
    await harness.start();
    await given('web');
    const applyStatus = vi
      .spyOn(harness.store, 'applyStatus')
      .mockRejectedValueOnce(new StoreError('Conflict', 'taken'));
    await harness.put('one', INGRESS('one', NAMED));
    await harness.eventually(async () => expect(applyStatus).toHaveBeenCalledTimes(1));
    await writeAsAnother('one', [{ ip: '192.0.2.99' }]);
    await expectAddress('one', '192.0.2.99');
    await harness.store.patchStatus(IngressKind, key('one'), { loadBalancer: null });
    await expectAddress('one', '');
    harness.clock.advance(80_000);
    expect(applyStatus).toHaveBeenCalledTimes(1);
    await harness.eventually(async () => {
      harness.clock.advance(10_000);
      expect(await address('one')).toBe('192.0.2.51');
    });
  });

  it('is applied to the state that was looked at, and looked at again where there is a newer one', async () => {
    await harness.put('web', SERVICE('web', '192.0.2.51'));
    await harness.start();
    await given('web');
    const applyStatus = vi.spyOn(harness.store, 'applyStatus').mockImplementationOnce(async (...call) => {
      await harness.put('one', INGRESS('one', '{berth.dev/service: default/web, edited: "1"}'));
      await harness.eventually(async () =>
        expect((await harness.store.get(IngressKind, key('one')))?.metadata.annotations).toHaveProperty('edited'),
      );
      return harness.store.applyStatus(...call);
    });
    await harness.put('one', INGRESS('one', NAMED));
    await expectAddress('one', '192.0.2.51');
    expect(applyStatus.mock.results.map(({ type }) => type)).toHaveLength(3);
    await expect(applyStatus.mock.results[0]?.value).rejects.toMatchObject({ code: 'Conflict' });
  });
});
