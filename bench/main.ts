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
import { asJson, asTable } from './report.ts';
import { benchResponder } from './responder.ts';
import { processorTimes, stolenShare } from './stolen-time.ts';

/** So many percent of its time taken from a virtual machine, and figures say more of its host than of us. */
const WORTH_TELLING = 1;

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
const began = processorTimes();
const print = (results: readonly Result[]) => {
  console.log(values.json ? asJson(name, results) : asTable(results));
  const share = stolenShare(began, processorTimes());
  if (share >= WORTH_TELLING)
    console.error(`the host of this machine gave ${share.toFixed(0)} % of its time to others`);
};
let known: (() => readonly Result[]) | undefined;
/** From then on an interrupt prints what is known; a bench that ends of its own accord has what it knows printed. */
const interim = (rows: () => readonly Result[]) => {
  const isFirst = known === undefined;
  known = rows;
  if (!isFirst) return;
  for (const [signal, status] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    process.once(signal, () => {
      print(known?.() ?? []);
      process.exit(status);
    });
  }
};
try {
  print(await bench({ quick, idle, idleMinutes: Number(minutes ?? (quick ? 0.5 : 10)), trials, interim }));
} catch (error) {
  console.error(error);
  print(known?.() ?? []);
  process.exit(1);
}
