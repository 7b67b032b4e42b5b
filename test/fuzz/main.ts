import { parseArgs } from 'node:util';
import { fuzz, TARGETS } from './fuzz.ts';

const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const inputs = Math.ceil(Number(values.inputs) / TARGETS.length);
for (const target of TARGETS) {
  const began = performance.now();
  const { dropped } = fuzz(target, inputs, Number(values.seed));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${target}: ${inputs} inputs, ${dropped} dropped or refused, ${seconds} s\n`);
}
