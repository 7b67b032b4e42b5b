import { parseArgs } from 'node:util';
import { fuzz, TARGETS } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    only: { type: 'string', default: TARGETS.join() },
    seed: { type: 'string', default: '1' },
  },
});
const inputs = Number(values.inputs);
const wanted = values.only.split(',');
for (const target of TARGETS.filter((each) => wanted.includes(each))) {
  const began = performance.now();
  const { dropped } = fuzz(target, inputs, Number(values.seed));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${target}: ${inputs} inputs, ${dropped} dropped or refused, ${seconds} s\n`);
}
