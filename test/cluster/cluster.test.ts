import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../lab/eventually.ts';
import { Cluster } from './cluster.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({ controllerManager: true });
});
afterAll(() => cluster?.dispose());

const PORTS = [
  { name: 'http', containerPort: 8080 },
  { name: 'echo', containerPort: 7, protocol: 'UDP' },
] as const;

describe('a cluster', () => {
  it('has nodes that are Ready, and speaks of its true version', async () => {
    expect(await cluster.kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}')).toBe('n1 n2 n3');
    await cluster.kubectl('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=1s');
    expect(await cluster.kubectl('version')).toMatch(/Client Version: (v1\.34\.\d+)\n[\s\S]*Server Version: \1\n/);
  });

  it('serves a Service through kube-proxy on every node, by both families, TCP and UDP', async () => {
    const pods = [
      await cluster.startPod({ name: 'web-1', node: 'n1', labels: { app: 'web' }, ports: PORTS }),
      await cluster.startPod({ name: 'web-2', node: 'n2', labels: { app: 'web' }, ports: PORTS }),
    ];
    expect(pods.map(({ addresses }) => addresses.IPv4)).toEqual(['10.244.1.2', '10.244.2.2']);
    await cluster.apply(`
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  ipFamilyPolicy: RequireDualStack
  selector: {app: web}
  ports:
    - {name: http, port: 80, targetPort: 8080, nodePort: 30080}
    - {name: echo, port: 7, targetPort: 7, protocol: UDP, nodePort: 30007}
`);
    for (const host of ['192.0.2.11', '192.0.2.13', '[2001:db8::12]']) {
      const page = await eventually(`a page from ${host}`, () => cluster.fetchFrom('client', `http://${host}:30080/`));
      expect(page).toMatch(/^web-[12] port=8080 from=/);
    }
    const script = `
      const socket = require('node:dgram').createSocket('udp4');
      socket.on('message', (text) => { process.stdout.write(text); process.exit(); });
      socket.send('hello', 30007, '192.0.2.13'); setTimeout(() => process.exit(1), 2000);`;
    expect(await cluster.machine('client').run(process.execPath, '-e', script)).toMatch(/^web-[12] port=7 from=/);
  });

  it('takes endpoints that are written by hand, and keeps the client address with the Local policy', async () => {
    const pod = await cluster.startPod({ name: 'local', node: 'n3', ports: PORTS });
    await cluster.apply(`
apiVersion: v1
kind: Service
metadata: {name: local}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30081}]
`);
    await cluster.setEndpoints({ service: 'local', pods: [pod], ports: [{ name: 'http', containerPort: 8080 }] });
    const page = await eventually('a page', () => cluster.fetchFrom('client', 'http://192.0.2.13:30081/'));
    expect(page).toBe('local port=8080 from=192.0.2.100\n');
    await expect(cluster.fetchFrom('client', 'http://192.0.2.11:30081/', { timeoutMs: 300 })).rejects.toThrow();
  });

  it('declares a node not ready that gives no sign of life, and ready again', async () => {
    const ready = async (): Promise<string> =>
      await cluster.kubectl('get', 'node', 'n3', '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}');
    cluster.node('n3').stopHeartbeat();
    const silent = async () => ((await ready()) === 'Unknown' ? true : undefined);
    await eventually('n3 is Unknown', silent, { timeoutMs: 30_000, intervalMs: 200 });
    await cluster.node('n3').startHeartbeat();
    const alive = async () => ((await ready()) === 'True' ? true : undefined);
    await eventually('n3 is ready again', alive, { timeoutMs: 30_000, intervalMs: 200 });
  });

  it('survives the death of its API server and of etcd', async () => {
    const { controlPlane } = cluster;
    await controlPlane.apiServer.stop('SIGKILL');
    await controlPlane.etcd.stop('SIGKILL');
    expect((await cluster.tryKubectl(['get', 'nodes', '--request-timeout=1s'])).status).toBe(1);
    controlPlane.etcd.start();
    controlPlane.apiServer.start();
    await controlPlane.ready();
    expect(await cluster.kubectl('get', 'nodes', '-o', 'name')).toBe('node/n1\nnode/n2\nnode/n3\n');
  });

  it('says what a daemon wrote that has ended', async () => {
    const { etcd } = cluster.controlPlane;
    await etcd.stop('SIGKILL');
    await expect(cluster.controlPlane.ready()).rejects.toThrow('etcd has ended (SIGKILL)');
    etcd.start();
    await cluster.controlPlane.ready();
  });
});
