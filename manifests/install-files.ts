import { CUSTOM_KINDS } from '../src/api/kinds.ts';
import { CRD_FOLDER, crdTexts } from './crd-files.ts';
import { NOTICE, printed } from './document.ts';
import { PLAIN } from './form.ts';
import { metricsAuthDocuments, namespaceDocument, rbacDocuments, rbacFile } from './rbac-file.ts';
import { controllerDocuments } from './workloads/controller.ts';
import { metricsReaderDocuments } from './workloads/metrics-auth.ts';
import { networkPolicyDocument } from './workloads/network-policy.ts';
import { podMonitorDocuments, scrapePolicyDocument } from './workloads/pod-monitors.ts';
import { speakerDocument } from './workloads/speaker.ts';

const METRICS_AUTH_INTRO = [
  '# For daemons that run with --metrics-auth: what they ask the API server, and an account that may read their metrics.',
  '# Bind the ClusterRole berth-metrics-reader to others who scrape.',
  '',
].join('\n');
const SEPARATOR = '---\n';

/** What is generated to install Berth with kubectl and kustomize: path from `manifests/`, and text. */
export function installFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['berth.yaml', everything()],
    ['crds.yaml', NOTICE + crdTexts()],
    [`${CRD_FOLDER}/Kustomization`, crdKustomization()],
    ['base/rbac.yaml', rbacFile()],
    ['base/controller.yaml', NOTICE + printed(controllerDocuments(PLAIN, false))],
    ['base/network-policy.yaml', NOTICE + printed([networkPolicyDocument()])],
    ['base/speaker.yaml', NOTICE + printed([speakerDocument(PLAIN, { isBgp: false })])],
    [
      'components/metrics-auth/rbac.yaml',
      NOTICE + METRICS_AUTH_INTRO + printed([...metricsAuthDocuments(), ...metricsReaderDocuments()]),
    ],
    [
      'components/prometheus/pod-monitors.yaml',
      NOTICE + printed([...podMonitorDocuments(PLAIN), scrapePolicyDocument()]),
    ],
  ]);
}

function everything(): string {
  const intro = [
    '# Berth, whole: kubectl apply -f berth.yaml',
    '#',
    '# Every address of every pool is announced on the local network: at its first start the controller makes an',
    '# L2Advertisement called default, which is yours to edit or to delete. Apply an IPAddressPool next.',
  ].join('\n');
  return [
    `${NOTICE}${intro}\n${printed([namespaceDocument()])}`,
    crdTexts(),
    printed(rbacDocuments()),
    printed([...controllerDocuments(PLAIN, true), networkPolicyDocument(), speakerDocument(PLAIN, { isBgp: true })]),
  ].join(SEPARATOR);
}

/** Its name has no ending, so that `kubectl apply -f` of the folder leaves it out. */
function crdKustomization(): string {
  const resources = CUSTOM_KINDS.map(({ plural }) => `  - ${plural}.yaml\n`).join('');
  return `${NOTICE}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${resources}`;
}
