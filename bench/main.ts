import { parseArgs } from 'node:util';
import { benchAllocator } from './allocator.ts';
import type { Result } from './measure.ts';
import { asJson, asTable } from './report.ts';

/** All benches by name. Each takes whether a first look will do. */
const BENCHES: Readonly<Record<string, (quick: boolean) => readonly Result[]>> = {
  allocator: benchAllocator,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
});
const name = positionals[0];
const bench = name === undefined ? undefined : BENCHES[name];
if (name === undefined || bench === undefined) {
  console.error(`usage: npm run -s bench -- NAME [--json] [--quick]\nbenches: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(1);
}
const results = bench(values.quick);
console.log(values.json ? asJson(name, results) : asTable(results));
