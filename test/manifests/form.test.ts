import { describe, expect, it } from 'vitest';
import { made, printed } from '../../manifests/document.ts';
import { CHART, chartText, type Form, PLAIN } from '../../manifests/form.ts';

const object = (form: Form) => ({
  replicas: form.scalar('.Values.replicas', 2),
  image: form.text('"{{ .Values.image }}:1"', 'berth:1'),
  secrets: form.optional('.Values.secrets'),
  scheme: form.member('.Values.key', 'HTTPS'),
  mounts: form.member('.Values.key', [{ name: 'key', path: '/{{ .Values.key }}' }]),
  spec: { labels: form.block('.Values.labels', { a: 'b' }) },
  args: [
    'run',
    ...form.entry('.Values.fast', '--fast={{ .Values.fast }}', false),
    ...form.entry('.Values.safe', '--safe', true),
    ...form.entries('.Values.more'),
  ],
  volumes: [{ name: 'run' }, ...form.item('.Values.key', { name: 'key', secret: { secretName: '{{ .Values.key }}' } })],
});

describe('a form', () => {
  it('has the values themselves in a plain manifest', () => {
    expect(printed([made(object(PLAIN))])).toBe(`replicas: 2
image: berth:1
spec:
  labels:
    a: b
args:
  - run
  - --safe
volumes:
  - name: run
`);
  });

  it('has expressions in the templates of a chart', () => {
    expect(chartText(printed([made(object(CHART))]))).toBe(`replicas: {{ .Values.replicas }}
image: "{{ .Values.image }}:1"
{{- with .Values.secrets }}
secrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .Values.key }}
scheme: HTTPS
{{- end }}
{{- if .Values.key }}
mounts:
  - name: key
    path: /{{ .Values.key }}
{{- end }}
spec:
  labels:
    {{- toYaml .Values.labels | nindent 4 }}
args:
  - run
  {{- if .Values.fast }}
  - --fast={{ .Values.fast }}
  {{- end }}
  {{- if .Values.safe }}
  - --safe
  {{- end }}
  {{- range .Values.more }}
  - {{ . | quote }}
  {{- end }}
volumes:
  - name: run
  {{- if .Values.key }}
  - name: key
    secret:
      secretName: "{{ .Values.key }}"
  {{- end }}
`);
  });
});

describe('a remark', () => {
  it('is in a chart where what it is on is', () => {
    const text = printed([
      made({ args: ['run', ...CHART.entry('.Values.fast', '--fast', false)], safe: CHART.scalar('.Values.safe', 1) }, [
        [['args', 1], 'Because.'],
        [['safe'], 'Always.'],
      ]),
    ]);
    expect(chartText(text)).toBe(`args:
  - run
  {{- if .Values.fast }}
  # Because.
  - --fast
  {{- end }}
# Always.
safe: {{ .Values.safe }}
`);
  });

  it('stands before the key or the entry that it is on, in lines that can be read', () => {
    const long = 'why '.repeat(40).trim();
    const text = printed([
      made({ a: { b: 1 }, c: ['x', 'y'] }, [
        [['a', 'b'], long],
        [['c', 1], 'Second.'],
        [['a'], 'First.'],
      ]),
    ]);
    expect(text).toBe(`# First.
a:
${['why '.repeat(27).trim(), 'why '.repeat(13).trim()].map((line) => `  # ${line}`).join('\n')}
  b: 1
c:
  - x
  # Second.
  - y
`);
  });

  it.each([[['a', 'x']], [['c', 7]], [['z', 'z']]])('is refused on %j, which is not there', (path) => {
    expect(() => made({ a: { b: 1 }, c: ['x'] }, [[path, 'Why.']])).toThrow(/nothing to remark on at/);
  });
});
