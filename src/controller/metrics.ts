import { Counter, Gauge, type Registry } from 'prom-client';
import type { PoolReport } from '../allocator/pool-report.ts';
import type { Verdict } from '../allocator/verdict.ts';

/** What the controller knows when somebody asks for its numbers. */
export interface AllocationState {
  readonly pools: readonly PoolReport[];
  readonly verdicts: Iterable<Verdict>;
}

/** The controller's numbers. Those that describe a state are worked out when they are asked for, not at each change. */
export class ControllerMetrics {
  readonly #writes: Counter<'kind' | 'result'>;

  /** @param state undefined while another process allocates. */
  constructor(registry: Registry, state: () => AllocationState | undefined) {
    new Gauge({
      name: 'berth_pool_addresses',
      help: 'Addresses of each pool by family, in total, assigned and available.',
      labelNames: ['pool', 'family', 'state'],
      registers: [registry],
      collect() {
        this.reset();
        for (const pool of state()?.pools ?? []) setAddresses(this, pool);
      },
    });
    new Gauge({
      name: 'berth_pool_ready',
      help: 'Whether a pool gives out addresses.',
      labelNames: ['pool'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { name, ready } of state()?.pools ?? []) this.set({ pool: name }, ready ? 1 : 0);
      },
    });
    new Gauge({
      name: 'berth_services',
      help: 'Services of ours by the reason of their condition berth.dev/Allocated.',
      labelNames: ['reason'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { reason } of state()?.verdicts ?? []) this.inc({ reason });
      },
    });
    new Gauge({
      name: 'berth_controller_leader',
      help: 'Whether this process has the right to allocate.',
      registers: [registry],
      collect() {
        this.set(state() === undefined ? 0 : 1);
      },
    });
    this.#writes = new Counter({
      name: 'berth_status_writes_total',
      help: 'Status writes by kind of object and result: ok, or the code of the failure.',
      labelNames: ['kind', 'result'],
      registers: [registry],
    });
  }

  wrote(kind: string, result: string): void {
    this.#writes.inc({ kind, result });
  }
}

function setAddresses(gauge: Gauge<'pool' | 'family' | 'state'>, report: PoolReport): void {
  const set = (family: string, total: number, assigned: number, available: number) => {
    gauge.set({ pool: report.name, family, state: 'total' }, total);
    gauge.set({ pool: report.name, family, state: 'assigned' }, assigned);
    gauge.set({ pool: report.name, family, state: 'available' }, available);
  };
  set('IPv4', report.totalIPv4, report.assignedIPv4, report.availableIPv4);
  set('IPv6', report.totalIPv6, report.assignedIPv6, report.availableIPv6);
}
