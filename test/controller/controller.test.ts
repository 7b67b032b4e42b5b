import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IPAddressPool, IPAddressPoolKind } from '../../src/api/ip-address-pool.ts';
import { type Service, ServiceKind } from '../../src/api/kubernetes/service.ts';
import { type Controller, startController } from '../../src/controller/controller.ts';
import { silentLogger } from '../../src/log/silent.ts';
import type { DirectoryStore } from '../../src/store/directory/directory-store.ts';
import { openDirectoryStore } from '../../src/store/directory/open-directory-store.ts';
import type { Leadership } from '../../src/store/leadership.ts';
import { Baton } from './baton.ts';

const POOL = (addresses: string) => `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: ["${addresses}"]}
`;
const SERVICE = (name: string, more = '') => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {type: LoadBalancer, ports: [{port: 80}]${more}}
`;

describe('Controller on a directory store', () => {
  let directory: string;
  let store: DirectoryStore;
  let controller: Controller | undefined;
  let registry: Registry;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-controller-'));
    await mkdir(join(directory, 'objects'));
    store = await open();
  });

  afterEach(async () => {
    await controller?.stop();
    controller = undefined;
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  const open = () =>
    openDirectoryStore({
      directory: join(directory, 'objects'),
      stateDirectory: join(directory, 'status'),
      logger: silentLogger,
      quietMillis: 1,
      confirmMillis: 20,
    });
  const start = (
    leadership: Leadership = new Baton(true),
    loadBalancerClass?: string,
    ownCopy = false,
    logger = silentLogger,
  ) => {
    registry = new Registry();
    controller = startController({ store, leadership, logger, registry, loadBalancerClass, ownCopy });
    return controller;
  };
  const put = async (name: string, text: string) => {
    await writeFile(join(directory, name), text);
    await rename(join(directory, name), join(directory, 'objects', `${name}.yaml`));
    await store.catchUp(ServiceKind);
  };
  const service = (name: string) => store.get(ServiceKind, { namespace: 'default', name });
  const pool = () => store.get(IPAddressPoolKind, { name: 'public' });
  const addresses = (object: Service | undefined) => object?.status?.loadBalancer?.ingress?.map(({ ip }) => ip);
  const condition = (object: Service | IPAddressPool | undefined) => object?.status?.conditions?.[0];
  const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 5 });

  it('leaves a Service pending with the reason, and serves it once there is a pool', async () => {
    await put('web', SERVICE('web'));
    start();
    await eventually(async () =>
      expect(condition(await service('web'))).toMatchObject({ status: 'False', reason: 'NoPools' }),
    );
    await put('pool', POOL('192.0.2.0/30'));
    await eventually(async () => expect(addresses(await service('web'))).toEqual(['192.0.2.0']));
    await eventually(async () => expect(await pool()).toMatchObject({ status: { assignedIPv4: 1, availableIPv4: 3 } }));
    expect(condition(await service('web'))).toMatchObject({ status: 'True', reason: 'Allocated' });
  });

  it('logs what it has written of a Service, and after a restart nothing that stands', async () => {
    const lines: (readonly [message: string, fields?: unknown])[] = [];
    const logger = { ...silentLogger, info: (...line: (typeof lines)[number]) => void lines.push(line) };
    const restart = async () => {
      await controller?.stop();
      await start(new Baton(true), undefined, false, logger).settled();
      return lines.splice(0).filter(([message]) => message !== 'allocating');
    };
    await put('pool', POOL('192.0.2.0/30'));
    await put('web', SERVICE('web'));
    const fields = { service: 'default/web', addresses: ['192.0.2.0'], pool: 'public', reason: 'Allocated' };
    expect(await restart()).toEqual([['default/web: 192.0.2.0 from pool public', fields]]);
    expect(await restart()).toEqual([]);
  });

  it('gives an address that is freed to the Service that waits for it', async () => {
    await put('pool', POOL('192.0.2.1/32'));
    await put('first', SERVICE('first'));
    await start().settled();
    await eventually(async () => expect(addresses(await service('first'))).toEqual(['192.0.2.1']));
    await put('second', SERVICE('second'));
    await eventually(async () => expect(condition(await service('second'))?.reason).toBe('PoolExhausted'));
    await rm(join(directory, 'objects', 'first.yaml'));
    await eventually(async () => expect(addresses(await service('second'))).toEqual(['192.0.2.1']));
  });

  it('writes nothing while another process leads, and begins when it may', async () => {
    await put('pool', POOL('192.0.2.0/30'));
    await put('web', SERVICE('web'));
    const baton = new Baton(false);
    const patchStatus = vi.spyOn(store, 'patchStatus');
    await start(baton).synced;
    await new Promise((resolve) => setImmediate(resolve));
    expect(patchStatus).not.toHaveBeenCalled();
    baton.pass(true);
    await eventually(async () => expect(addresses(await service('web'))).toEqual(['192.0.2.0']));
  });

  it('keeps every address over a restart, whatever the order of names', async () => {
    await put('pool', POOL('192.0.2.0/29'));
    await put('z', SERVICE('z'));
    await start().settled();
    await put('a', SERVICE('a'));
    await eventually(async () => expect(addresses(await service('a'))).toEqual(['192.0.2.1']));
    await controller?.stop();
    await store.close();
    store = await open();
    await start().settled();
    expect(addresses(await service('z'))).toEqual(['192.0.2.0']);
    expect(addresses(await service('a'))).toEqual(['192.0.2.1']);
  });

  it('writes nothing more once everything says what was decided', async () => {
    await put('pool', POOL('192.0.2.0/29'));
    await put('web', SERVICE('web'));
    await start().settled();
    await controller?.stop();
    const patchStatus = vi.spyOn(store, 'patchStatus');
    await start().settled();
    expect(patchStatus).not.toHaveBeenCalled();
  });

  it('writes nothing when it takes over what says already what was decided', async () => {
    await put('pool', POOL('192.0.2.0/29'));
    for (const name of ['a', 'b', 'c']) await put(name, SERVICE(name));
    await start().settled();
    await controller?.stop();
    const patchStatus = vi.spyOn(store, 'patchStatus');
    const baton = new Baton(false);
    await start(baton).synced;
    baton.pass(true);
    await controller?.settled();
    expect(patchStatus).not.toHaveBeenCalled();
  });

  it('gives an address once it is no external IP any more', async () => {
    await put('pool', POOL('192.0.2.1/32'));
    await put('other', SERVICE('other', ', externalIPs: [192.0.2.1]').replace('LoadBalancer', 'ClusterIP'));
    await put('web', SERVICE('web'));
    await start().settled();
    expect(condition(await service('web'))?.reason).toBe('PoolExhausted');
    await put('other', SERVICE('other').replace('LoadBalancer', 'ClusterIP'));
    await eventually(async () => expect(addresses(await service('web'))).toEqual(['192.0.2.1']));
  });

  it('leaves the conditions of another Berth, which serves another class, alone', async () => {
    await put('pool', POOL('192.0.2.0/29'));
    await put('theirs', SERVICE('theirs', ', loadBalancerClass: berth.dev/other'));
    await start(new Baton(true), 'berth.dev/other').settled();
    await controller?.stop();
    const patchStatus = vi.spyOn(store, 'patchStatus');
    await start().settled();
    expect(patchStatus.mock.calls.filter(([kind]) => kind === ServiceKind)).toEqual([]);
    expect(addresses(await service('theirs'))).toEqual(['192.0.2.0']);
  });

  it('never gives the cluster IP of a Service, where no Service ranges are known', async () => {
    await put('pool', POOL('192.0.2.0/29'));
    await put('api', SERVICE('api', ', clusterIPs: [192.0.2.0]').replace('LoadBalancer', 'ClusterIP'));
    await put('web', SERVICE('web'));
    await start().settled();
    expect(addresses(await service('web'))).toEqual(['192.0.2.1']);
  });

  it('takes a Service that stops being a LoadBalancer back to where it was', async () => {
    await put('pool', POOL('192.0.2.0/29'));
    await put('web', SERVICE('web'));
    await start().settled();
    await put('web', SERVICE('web').replace('LoadBalancer', 'ClusterIP'));
    await eventually(async () =>
      expect((await service('web'))?.status).toMatchObject({ loadBalancer: { ingress: [] }, conditions: [] }),
    );
    await eventually(async () => expect(await pool()).toMatchObject({ status: { assignedIPv4: 0 } }));
  });

  it('takes its address and our conditions from a Service whose class changes', async () => {
    await put('pool', POOL('192.0.2.0/32'));
    await put('web', SERVICE('web'));
    await start().settled();
    await put('next', SERVICE('next'));
    await eventually(async () => expect(condition(await service('next'))?.reason).toBe('PoolExhausted'));
    await put('web', SERVICE('web', ', loadBalancerClass: example.com/other'));
    await eventually(async () => expect(addresses(await service('next'))).toEqual(['192.0.2.0']));
    expect((await service('web'))?.status).toMatchObject({ loadBalancer: { ingress: [] }, conditions: [] });
  });

  it('gives nobody the address of a Service of the class that it served before', async () => {
    await put('pool', POOL('192.0.2.0/31'));
    await put('classless', SERVICE('classless'));
    await start().settled();
    await controller?.stop();
    await put('ours', SERVICE('ours', ', loadBalancerClass: berth.dev/lb'));
    await start(new Baton(true), 'berth.dev/lb').settled();
    expect(addresses(await service('ours'))).toEqual(['192.0.2.1']);
    expect(addresses(await service('classless'))).toEqual(['192.0.2.0']);
    expect(condition(await service('classless'))?.reason).toBe('Allocated');
    await eventually(async () => expect(await pool()).toMatchObject({ status: { assignedIPv4: 2, availableIPv4: 0 } }));
  });

  it('never writes to a Service of another class', async () => {
    await put('pool', POOL('192.0.2.0/29'));
    await put('theirs', SERVICE('theirs', ', loadBalancerClass: example.com/other'));
    await put('ours', SERVICE('ours'));
    await start().settled();
    expect((await service('theirs'))?.status).toBeUndefined();
    expect(addresses(await service('ours'))).toEqual(['192.0.2.0']);
  });

  it('serves only its class where it has one', async () => {
    await put('pool', POOL('192.0.2.0/29'));
    await put('classless', SERVICE('classless'));
    await put('ours', SERVICE('ours', ', loadBalancerClass: berth.dev/lb'));
    await start(new Baton(true), 'berth.dev/lb').settled();
    expect((await service('classless'))?.status).toBeUndefined();
    expect(addresses(await service('ours'))).toEqual(['192.0.2.0']);
  });

  it('never gives the address of a node', async () => {
    await put('pool', POOL('192.0.2.0/30'));
    const node =
      'apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nstatus: {addresses: [{type: InternalIP, address: 192.0.2.0}]}';
    await put('node', node);
    await put('web', SERVICE('web'));
    await start().settled();
    expect(addresses(await service('web'))).toEqual(['192.0.2.1']);
  });

  it('gives only named addresses where several nodes decide on copies', async () => {
    await put('pool', POOL('192.0.2.0/29'));
    for (const name of ['n1', 'n2']) await put(name, `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}`);
    await put('any', SERVICE('any'));
    await put('named', SERVICE('named', ', loadBalancerIP: 192.0.2.5'));
    await start(new Baton(true), undefined, true).settled();
    expect(condition(await service('any'))).toMatchObject({ status: 'False', reason: 'AddressNotNamed' });
    expect(addresses(await service('named'))).toEqual(['192.0.2.5']);
  });

  it('counts pools, Services by reason and writes', async () => {
    await put('pool', POOL('192.0.2.0/31'));
    for (const name of ['a', 'b', 'c']) await put(name, SERVICE(name));
    await start().settled();
    const text = await registry.metrics();
    expect(text).toContain('berth_pool_addresses{pool="public",family="IPv4",state="available"} 0');
    expect(text).toContain('berth_services{reason="Allocated"} 2');
    expect(text).toContain('berth_services{reason="PoolExhausted"} 1');
    expect(text).toContain('berth_status_writes_total{kind="Service",result="ok"} 3');
    expect(text).toContain('berth_controller_leader 1');
  });
});
