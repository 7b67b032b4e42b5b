import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { PoolReport } from '../allocator/pool-report.ts';
import type { Life } from '../announcement/life.ts';
import { ADVERTISEMENT_REASONS, ANNOUNCED_REASONS } from '../api/reasons/announcement.ts';
import type { AllocationState } from './allocation-state.ts';

/** Seconds. A healthy cluster needs some tens of milliseconds; what waits for a pool waits for people. */
const WAITS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const LIVES: readonly Life[] = ['Alive', 'Silent', 'Undetermined'];

/** The controller's numbers. Those that describe a state are worked out when they are asked for, not at each change. */
export class ControllerMetrics {
  readonly #writes: Counter<'kind' | 'result'>;
  readonly #forAddress: Histogram;
  readonly #forAnnouncement: Histogram;

  /** @param state undefined while another process allocates. */
  constructor(registry: Registry, state: () => AllocationState | undefined) {
    const registers = [registry];
    new Gauge({
      name: 'berth_pool_addresses',
      help: 'Addresses of each pool by family, in total, assigned and available.',
      labelNames: ['pool', 'family', 'state'],
      registers,
      collect() {
        this.reset();
        for (const pool of state()?.pools ?? []) setAddresses(this, pool);
      },
    });
    new Gauge({
      name: 'berth_pool_ready',
      help: 'Whether a pool gives out addresses.',
      labelNames: ['pool'],
      registers,
      collect() {
        this.reset();
        for (const { name, ready } of state()?.pools ?? []) this.set({ pool: name }, ready ? 1 : 0);
      },
    });
    new Gauge({
      name: 'berth_services',
      help: 'Services of ours by the reason of their condition berth.dev/Allocated.',
      labelNames: ['reason'],
      registers,
      collect() {
        this.reset();
        for (const { reason } of state()?.verdicts ?? []) this.inc({ reason });
      },
    });
    new Gauge({
      name: 'berth_service_announcements',
      help: 'Services of ours that have an address, by the reason of their condition berth.dev/Announced.',
      labelNames: ['reason'],
      registers,
      collect() {
        this.reset();
        for (const reason of state()?.announced ?? []) {
          if (Object.hasOwn(ANNOUNCED_REASONS, reason)) this.inc({ reason });
        }
      },
    });
    new Gauge({
      name: 'berth_objects_not_ready',
      help: 'Objects of ours with Ready=False, by kind and reason.',
      labelNames: ['kind', 'reason'],
      registers,
      collect() {
        this.reset();
        const { pools = [], notReady = [] } = state() ?? {};
        for (const { ready, reason } of pools) if (!ready) this.inc({ kind: 'IPAddressPool', reason });
        for (const { kind, reason } of notReady) {
          if (Object.hasOwn(ADVERTISEMENT_REASONS, reason)) this.inc({ kind, reason });
        }
      },
    });
    new Gauge({
      name: 'berth_speakers',
      help: 'Speakers that report, by whether they give a sign of life.',
      labelNames: ['life'],
      registers,
      collect() {
        this.reset();
        const known = state();
        if (known === undefined) return;
        for (const life of LIVES) this.set({ life }, 0);
        for (const life of known.speakers) this.inc({ life });
      },
    });
    new Gauge({
      name: 'berth_controller_leader',
      help: 'Whether this process has the right to allocate.',
      registers,
      collect() {
        this.set(state() === undefined ? 0 : 1);
      },
    });
    this.#forAddress = new Histogram({
      name: 'berth_time_to_address_seconds',
      help: 'How long a Service waited for an address: from when the leader knew that it asks to the write of its status. Waiting for a pool counts.',
      buckets: WAITS,
      registers,
    });
    this.#forAnnouncement = new Histogram({
      name: 'berth_time_to_announce_seconds',
      help: 'How long a new address waited to be announced: from the write of the status to berth.dev/Announced=True.',
      buckets: WAITS,
      registers,
    });
    this.#writes = new Counter({
      name: 'berth_status_writes_total',
      help: 'Status writes by kind of object and result: ok, or the code of the failure.',
      labelNames: ['kind', 'result'],
      registers,
    });
  }

  wrote(kind: string, result: string): void {
    this.#writes.inc({ kind, result });
  }

  /** @param waited seconds */
  addressed(waited: number): void {
    this.#forAddress.observe(waited);
  }

  /** @param waited seconds */
  announced(waited: number): void {
    this.#forAnnouncement.observe(waited);
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
