import { parseArgs } from 'node:util';
import { benchAllocator } from './allocator.ts';
import { benchBfd } from './bfd.ts';
import { benchBgp } from './bgp.ts';
import { benchConverge } from './converge.ts';
import { benchFailoverBgp } from './failover-bgp.ts';
import { benchFailoverL2 } from './failover-l2.ts';
import { benchFootprint } from './footprint.ts';
import type { Result } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { PartFailedError } from './parts.ts';
import { asJson, asTable } from './report.ts';
import { benchResponder } from './responder.ts';

/** All benches by name. */
const BENCHES: Readonly<Record<string, (options: BenchOptions) => readonly Result[] | Promise<readonly Result[]>>> = {
  allocator: ({ quick }) => benchAllocator(quick),
  bfd: benchBfd,
  bgp: benchBgp,
  converge: benchConverge,
  'failover-bgp': benchFailoverBgp,
  'failover-l2': benchFailoverL2,
  footprint: benchFootprint,
  responder: benchResponder,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    idle: { type: 'boolean', default: false },
    'idle-minutes': { type: 'string' },
    only: { type: 'string', default: '' },
    n: { type: 'string', default: '' },
    times: { type: 'string' },
  },
});
const name = positionals[0];
const bench = name === undefined ? undefined : BENCHES[name];
if (name === undefined || bench === undefined) {
  console.error(`usage: npm run -s bench -- NAME [--json] [--quick]\nbenches: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(1);
}
const { quick, idle, 'idle-minutes': minutes, only, n, times } = values;
const trials = {
  only: only.split(',').filter(Boolean),
  n: n.split(',').filter(Boolean).map(Number),
  times: times === undefined ? undefined : Number(times),
};
const show = (results: readonly Result[]) => console.log(values.json ? asJson(name, results) : asTable(results));
try {
  show(await bench({ quick, idle, idleMinutes: Number(minutes ?? (quick ? 0.5 : 10)), trials }));
} catch (error) {
  if (!(error instanceof PartFailedError)) throw error;
  show(error.results);
  console.error(error.message);
  process.exitCode = 1;
}
