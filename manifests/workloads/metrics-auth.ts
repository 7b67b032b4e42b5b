import type { Document } from 'yaml';
import { BERTH_NAMESPACE, METRICS_READER } from '../../src/api/access.ts';
import { LABELS, made } from '../document.ts';
import type { Form } from '../form.ts';

/** Whether metrics and status are shown only over TLS, and to bearer tokens whose holders may read them. */
export const METRICS_AUTH = '.Values.metrics.auth.enabled';

/** The name that the certificate is for: a scraper finds pods by their addresses, for which nobody makes certificates. */
export const SERVER_NAME = 'berth-metrics';

const FOLDER = '/etc/berth-metrics-tls';
const TLS_SECRET = '{{ .Values.metrics.auth.tlsSecret }}';
const VOLUME = 'metrics-tls';

/** Certificate and key, of a Secret of type kubernetes.io/tls. */
export const METRICS_TLS_VOLUME = { name: VOLUME, secret: { secretName: TLS_SECRET } };
/** Where the daemons find them. */
export const METRICS_TLS_MOUNT = { name: VOLUME, mountPath: FOLDER, readOnly: true };

/** The arguments of a daemon. */
export function metricsAuthArgs(form: Form): readonly string[] {
  const args = ['--metrics-auth', `--http-tls-cert-file=${FOLDER}/tls.crt`, `--http-tls-key-file=${FOLDER}/tls.key`];
  return args.flatMap((arg) => form.entry(METRICS_AUTH, arg, false));
}

/** TLS is for the whole port, probes too. A kubelet believes every certificate. */
export function probeScheme(form: Form): string | undefined {
  return form.member(METRICS_AUTH, 'HTTPS');
}

/** What a scraper of the Prometheus operator has to show, and whom it has to believe. */
export function scraperSettings(form: Form): object {
  return {
    scheme: form.member(METRICS_AUTH, 'https'),
    authorization: form.member(METRICS_AUTH, { credentials: { name: METRICS_READER, key: 'token' } }),
    tlsConfig: form.member(METRICS_AUTH, {
      serverName: SERVER_NAME,
      ca: { secret: { name: TLS_SECRET, key: 'ca.crt' } },
    }),
  };
}

/** Who scrapes: an account that may read metrics and nothing else, and its token for a PodMonitor to name. */
export function metricsReaderDocuments(): readonly Document[] {
  const metadata = { name: METRICS_READER, namespace: BERTH_NAMESPACE, labels: LABELS };
  return [
    made({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }),
    made(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...metadata, annotations: { 'kubernetes.io/service-account.name': METRICS_READER } },
        type: 'kubernetes.io/service-account-token',
      },
      [[['type'], 'kube-controller-manager puts the token into it, which lasts until this is deleted.']],
    ),
  ];
}
