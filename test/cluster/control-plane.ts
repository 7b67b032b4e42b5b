import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../lab/eventually.ts';
import { ApiClient } from './api-client.ts';
import { AuditLog } from './audit.ts';
import { CertificateAuthority, writeServiceAccountKey } from './certificates.ts';
import { Daemon } from './daemon.ts';
import { base64, writeKubeconfig } from './kubeconfig.ts';

/** What the control plane needs to know of where it runs. */
export interface ControlPlaneSpec {
  /** A folder of its own, on a tmpfs. */
  readonly folder: string;
  /** The IPv4 address at which machines of the LAN reach the API server. */
  readonly address: string;
  /** With the programs of Kubernetes on its `PATH`. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether the API server writes down who asks it for what: false when absent. */
  readonly audit?: boolean | undefined;
  /** Whether pods get a ServiceAccount and its token as they are made, for which kube-controller-manager has to run. */
  readonly serviceAccounts: boolean;
}

/** How kube-controller-manager judges nodes that no longer renew their Lease. */
const NODE_MONITORING = ['--node-monitor-period=1s', '--node-monitor-grace-period=8s'];
/** Those that make a cluster feel like one without a kubelet; each of the rest costs start-up time. */
const CONTROLLERS = [
  'daemonset-controller',
  'deployment-controller',
  'disruption-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'node-lifecycle-controller',
  'replicaset-controller',
  'root-ca-certificate-publisher-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
];

/**
 * etcd, kube-apiserver and kube-controller-manager; each can be stopped, killed, frozen and started again. SIGTERM makes
 * the API server wait 60 s for open watches, SIGKILL does not.
 */
export class ControlPlane {
  private constructor(
    readonly authority: CertificateAuthority,
    /** Where the API server is, as the LAN sees it. */
    readonly url: string,
    /** As a member of `system:masters`, to whom RBAC denies nothing. */
    readonly api: ApiClient,
    /** The same user's kubeconfig file. */
    readonly kubeconfig: string,
    readonly etcd: Daemon,
    readonly apiServer: Daemon,
    readonly controllerManager: Daemon,
    /** Where it was asked for. */
    readonly audit: AuditLog | undefined,
  ) {}

  /** Writes certificates and starts etcd and the API server; see {@link ready}. */
  static async start(spec: ControlPlaneSpec): Promise<ControlPlane> {
    const { folder, address, env, audit: isAudited = false, serviceAccounts } = spec;
    const pki = join(folder, 'pki');
    await mkdir(pki);
    const authority = await CertificateAuthority.create(pki);
    const names = [address, '127.0.0.1', '10.96.0.1'].map((ip) => `IP:${ip}`);
    const [server, admin, serviceAccountKey] = await Promise.all([
      authority.server('kube-apiserver', [...names, 'DNS:kubernetes.default.svc', 'DNS:localhost']),
      authority.client('admin', ['system:masters']),
      writeServiceAccountKey(pki),
    ]);
    const audit = isAudited ? await AuditLog.create(folder) : undefined;
    const url = `https://${address}:6443`;
    const kubeconfig = join(folder, 'admin.kubeconfig');
    await writeKubeconfig(
      kubeconfig,
      { url, authority: authority.root.certificate },
      { 'client-certificate-data': base64(admin.certificate), 'client-key-data': base64(admin.key) },
    );
    const daemon = (name: string, ...args: readonly string[]): Daemon =>
      new Daemon({ name, command: [name, ...args], logFile: join(folder, `${name}.log`), env, cwd: folder });
    const etcd = daemon(
      'etcd',
      `--data-dir=${join(folder, 'etcd')}`,
      '--listen-client-urls=http://127.0.0.1:2379',
      '--advertise-client-urls=http://127.0.0.1:2379',
      '--listen-peer-urls=http://127.0.0.1:2380',
      '--initial-advertise-peer-urls=http://127.0.0.1:2380',
      '--initial-cluster=default=http://127.0.0.1:2380',
      '--unsafe-no-fsync',
      '--log-level=error',
    );
    const apiServer = daemon(
      'kube-apiserver',
      '--etcd-servers=http://127.0.0.1:2379',
      '--bind-address=0.0.0.0',
      '--secure-port=6443',
      `--advertise-address=${address}`,
      `--tls-cert-file=${server.certificateFile}`,
      `--tls-private-key-file=${server.keyFile}`,
      `--client-ca-file=${authority.root.certificateFile}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${serviceAccountKey}`,
      `--service-account-signing-key-file=${serviceAccountKey}`,
      '--service-cluster-ip-range=10.96.0.0/16,fd00:96::/108',
      '--authorization-mode=RBAC',
      '--allow-privileged',
      // It would wait for a ServiceAccount `default` that nothing makes while kube-controller-manager is off.
      ...(serviceAccounts ? [] : ['--disable-admission-plugins=ServiceAccount']),
      '--endpoint-reconciler-type=none',
      ...(audit?.flags ?? []),
    );
    const controllerManager = daemon(
      'kube-controller-manager',
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      '--secure-port=0',
      `--root-ca-file=${authority.root.certificateFile}`,
      `--service-account-private-key-file=${serviceAccountKey}`,
      `--controllers=${CONTROLLERS.join(',')}`,
      ...NODE_MONITORING,
    );
    etcd.start();
    apiServer.start();
    const api = new ApiClient(url, authority.root.certificate, admin);
    return new ControlPlane(authority, url, api, kubeconfig, etcd, apiServer, controllerManager, audit);
  }

  /** Waits until the API server says that it is ready. Rejects with its log where it ends instead. */
  async ready(timeoutMs = 30_000): Promise<void> {
    await eventually(
      'the API server is ready',
      async () => {
        if (!this.apiServer.running || !this.etcd.running) return true;
        const answer = await this.api.try('GET', '/readyz').catch(() => undefined);
        return answer?.status === 200 || undefined;
      },
      { timeoutMs, intervalMs: 25 },
    );
    await this.etcd.assertRunning();
    await this.apiServer.assertRunning();
  }

  /** Ends all three at once. */
  async kill(): Promise<void> {
    this.api.close();
    await Promise.all([this.controllerManager, this.apiServer, this.etcd].map((daemon) => daemon.stop('SIGKILL')));
  }
}
