import { KINDS } from '../../api/kinds.ts';
import { Gauge } from '../../http/metrics.ts';
import type { Daemon } from './daemon.ts';

const KNOWN: ReadonlySet<string> = new Set(KINDS.map(({ kind }) => kind));

/** Adds the numbers that every daemon has: whether it is ready, and what it cannot read. */
export function addDaemonMetrics(daemon: Pick<Daemon, 'registry' | 'notReady' | 'unreadable'>): void {
  const registers = [daemon.registry];
  new Gauge({
    name: 'berth_ready',
    help: 'Whether /readyz says that the daemon does its work.',
    registers,
    collect() {
      this.set(daemon.notReady().length === 0 ? 1 : 0);
    },
  });
  new Gauge({
    name: 'berth_unreadable_objects',
    help: 'Objects that cannot be read, by kind; what was known of them before stands. Other is all that is of no kind we know.',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const kind of daemon.unreadable()) this.inc({ kind: KNOWN.has(kind) ? kind : 'Other' });
    },
  });
}
