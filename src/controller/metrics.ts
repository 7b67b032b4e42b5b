import { Counter, Gauge, type Registry } from 'prom-client';
import type { PoolReport } from '../allocator/pool-report.ts';
import type { Verdict } from '../allocator/verdict.ts';

/** The controller's numbers. */
export class ControllerMetrics {
  readonly #pools: Gauge<'pool' | 'family' | 'state'>;
  readonly #ready: Gauge<'pool'>;
  readonly #services: Gauge<'reason'>;
  readonly #writes: Counter<'kind' | 'result'>;
  readonly #leader: Gauge;

  constructor(registry: Registry) {
    this.#pools = new Gauge({
      name: 'berth_pool_addresses',
      help: 'Addresses of each pool by family, in total, assigned and available.',
      labelNames: ['pool', 'family', 'state'],
      registers: [registry],
    });
    this.#ready = new Gauge({
      name: 'berth_pool_ready',
      help: 'Whether a pool gives out addresses.',
      labelNames: ['pool'],
      registers: [registry],
    });
    this.#services = new Gauge({
      name: 'berth_services',
      help: 'Services of ours by the reason of their condition berth.dev/Allocated.',
      labelNames: ['reason'],
      registers: [registry],
    });
    this.#writes = new Counter({
      name: 'berth_status_writes_total',
      help: 'Status writes by kind of object and result: ok, or the code of the failure.',
      labelNames: ['kind', 'result'],
      registers: [registry],
    });
    this.#leader = new Gauge({
      name: 'berth_controller_leader',
      help: 'Whether this process has the right to allocate.',
      registers: [registry],
    });
  }

  wrote(kind: string, result: string): void {
    this.#writes.inc({ kind, result });
  }

  leading(isLeader: boolean): void {
    this.#leader.set(isLeader ? 1 : 0);
    if (isLeader) return;
    for (const gauge of [this.#pools, this.#ready, this.#services]) gauge.reset();
  }

  report(pools: readonly PoolReport[], verdicts: Iterable<Verdict>): void {
    this.#pools.reset();
    this.#ready.reset();
    for (const pool of pools) {
      this.#ready.set({ pool: pool.name }, pool.ready ? 1 : 0);
      this.#addresses(pool.name, 'IPv4', pool.totalIPv4, pool.assignedIPv4, pool.availableIPv4);
      this.#addresses(pool.name, 'IPv6', pool.totalIPv6, pool.assignedIPv6, pool.availableIPv6);
    }
    this.#services.reset();
    for (const { reason } of verdicts) this.#services.inc({ reason });
  }

  #addresses(pool: string, family: string, total: number, assigned: number, available: number): void {
    this.#pools.set({ pool, family, state: 'total' }, total);
    this.#pools.set({ pool, family, state: 'assigned' }, assigned);
    this.#pools.set({ pool, family, state: 'available' }, available);
  }
}
