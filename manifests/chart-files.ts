import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { BERTH_NAMESPACE } from '../src/api/access.ts';
import { CUSTOM_KINDS } from '../src/api/kinds.ts';
import { crdText } from './crd-files.ts';
import { NOTICE, printed } from './document.ts';
import { CHART, chartText } from './form.ts';
import { prometheusRuleTemplate } from './monitoring/rule-files.ts';
import { metricsAuthDocuments, namespaceDocument, rbacDocuments } from './rbac-file.ts';
import { controllerDocuments } from './workloads/controller.ts';
import { VERSION } from './workloads/image.ts';
import { METRICS_AUTH, metricsReaderDocuments } from './workloads/metrics-auth.ts';
import { networkPolicyDocument } from './workloads/network-policy.ts';
import { podMonitorDocuments, scrapePolicyDocument } from './workloads/pod-monitors.ts';
import { speakerDocument } from './workloads/speaker.ts';

/** The folder of the Helm chart in `manifests/`. */
export const CHART_FOLDER = 'chart';

/** What is generated of the chart: path from `manifests/`, and text. Values, their schema and the notes are by hand. */
export function chartFiles(): ReadonlyMap<string, string> {
  const templates: readonly (readonly [string, string])[] = [
    ['namespace.yaml', whether(`ne .Release.Namespace "${BERTH_NAMESPACE}"`, printed([namespaceDocument()]))],
    ['crds.yaml', whether('.Values.crds.install', CUSTOM_KINDS.map(keptCrd).join('---\n'))],
    ['rbac.yaml', printed(rbacDocuments())],
    ['controller.yaml', chartText(printed(controllerDocuments(CHART, true)))],
    ['network-policy.yaml', whether('.Values.networkPolicy.enabled', printed([networkPolicyDocument()]))],
    ['speaker-node.yaml', whether('.Values.speakerNodePolicy.enabled', speakerNodePolicy())],
    ['speaker.yaml', chartText(printed([speakerDocument(CHART, { isBgp: true })]))],
    ['metrics-auth.yaml', whether(METRICS_AUTH, printed([...metricsAuthDocuments(), ...metricsReaderDocuments()]))],
    [
      'pod-monitors.yaml',
      whether(
        '.Values.prometheus.enabled',
        chartText(printed([...podMonitorDocuments(CHART), scrapePolicyDocument()])),
      ),
    ],
    [
      'prometheus-rule.yaml',
      whether('.Values.prometheus.rules.enabled', prometheusRuleTemplate('.Values.prometheus.rules.runbook')),
    ],
  ];
  return new Map([
    [`${CHART_FOLDER}/Chart.yaml`, NOTICE + stringify(METADATA)],
    ...templates.map(([file, text]) => [`${CHART_FOLDER}/templates/${file}`, NOTICE + text] as const),
  ]);
}

const METADATA = {
  apiVersion: 'v2',
  name: 'berth',
  description: 'Bare-metal LoadBalancer addresses for Kubernetes',
  type: 'application',
  version: VERSION,
  appVersion: VERSION,
  kubeVersion: '>=1.31.0-0',
};

/** As it is written for kubectl. */
function speakerNodePolicy(): string {
  return readFileSync(new URL('speaker-node.yaml', import.meta.url), 'utf8');
}

function whether(condition: string, text: string): string {
  return `{{- if ${condition} }}\n${text}{{- end }}\n`;
}

/** Removed with the release, a kind would take all its objects along, and pools the addresses that are in use. */
function keptCrd(kind: (typeof CUSTOM_KINDS)[number]): string {
  const keep =
    'metadata:\n{{- if .Values.crds.keep }}\n  annotations:\n    helm.sh/resource-policy: keep\n{{- end }}\n';
  return crdText(kind).replace(/^metadata:\n/m, keep);
}
