import { parseArgs } from 'node:util';
import { type Kind, runSeed } from './scenario.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    seed: { type: 'string' },
    kind: { type: 'string' },
    nodes: { type: 'string' },
    addresses: { type: 'string' },
    first: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
  },
});
const kind = values.kind as Kind | undefined;
const size =
  values.nodes === undefined || values.addresses === undefined
    ? undefined
    : { nodes: Number(values.nodes), addresses: Number(values.addresses) };
const first = Number(values.seed ?? 1);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const began = process.cpuUsage();
let failed = 0;
const figures = new Map<string, { runs: number; gap: number; conflict: number; messages: number }>();

for (let seed = first; seed < first + count; seed++) {
  const outcome = runSeed(seed, { kind, size, trace: values.trace });
  if (values.trace) write(outcome.timeline.join('\n'));
  const figure = figures.get(outcome.kind) ?? { runs: 0, gap: 0, conflict: 0, messages: 0 };
  figures.set(outcome.kind, {
    runs: figure.runs + 1,
    gap: Math.max(figure.gap, outcome.longestGap),
    conflict: Math.max(figure.conflict, outcome.longestConflict),
    messages: figure.messages + outcome.messages,
  });
  if (outcome.violations.length === 0) continue;
  failed++;
  if (failed > 10 && !values.trace) continue;
  write(`seed ${seed} (${outcome.kind}, ${outcome.nodes} nodes, ${outcome.addresses} addresses):`);
  for (const violation of outcome.violations.slice(0, 4)) write(`  ${violation}`);
  if (values.first) break;
}
for (const [name, { runs, gap, conflict, messages }] of figures) {
  write(
    `${name.padEnd(9)} ${runs} runs; longest without an answer ${gap.toFixed(0)} ms, with two ${conflict.toFixed(0)} ms; ${messages} messages`,
  );
}
const { user, system } = process.cpuUsage(began);
write(`${count - failed} of ${count} seeds hold; ${((user + system) / 1e6).toFixed(1)} s of processor time`);
process.exitCode = failed === 0 ? 0 : 1;

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}
