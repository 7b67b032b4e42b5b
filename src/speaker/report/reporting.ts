import type { SpeakerReport } from '../../api/speaker-status.ts';
import type { NetworkInterface } from '../../os/interfaces.ts';
import type { SpeakerMetrics } from '../metrics/speaker.ts';
import type { BgpSpeaker } from '../peering/bgp-speaker.ts';
import type { Planner } from '../plan/planner.ts';
import type { Clock } from '../wire/clock.ts';
import type { WireView } from '../wire-thread/view.ts';
import { buildReport } from './status.ts';

/**
 * What each address adds to the time in which changes gather, ms, and the longest such time: a node takes hundreds of
 * addresses over in portions, and a report of 500 takes others a fifth of a second to read where it is YAML (measured).
 */
const GATHER_OF_ADDRESS = 0.4;
const LONGEST_GATHER = 1000;

/** What a report is made of. */
export interface ReportSources {
  readonly node: string;
  readonly clock: Clock;
  readonly planner: Pick<Planner, 'duties' | 'size'>;
  readonly view: Pick<WireView, 'facts' | 'conflicts' | 'countIn' | 'takeAged'>;
  readonly bgp: Pick<BgpSpeaker, 'sessions' | 'routes' | 'bouncingSince'>;
  readonly metrics: Pick<SpeakerMetrics, 'announced' | 'withheld'>;
  /** Those that the status lists. */
  interfaces(): readonly NetworkInterface[];
}

/** Composes what this node's status says whenever that may have changed: once for all that happens at a time. */
export class Reporting {
  readonly #sources: ReportSources;
  readonly #onReport: (compose: () => SpeakerReport) => void;
  #cancel: (() => void) | undefined;

  /** @param onReport the status may say something else from now on */
  constructor(sources: ReportSources, onReport: (compose: () => SpeakerReport) => void) {
    this.#sources = sources;
    this.#onReport = onReport;
  }

  /** What the status says at this moment. */
  now(): SpeakerReport {
    const { node, planner, view, bgp, clock, interfaces } = this.#sources;
    return buildReport({
      node,
      interfaces: interfaces(),
      duties: planner.duties,
      factsOf: (address) => view.facts(address),
      conflicts: view.conflicts(clock.wall()),
      sessions: bgp.sessions(),
      bouncingSince: bgp.bouncingSince(),
      routes: bgp.routes,
    });
  }

  /** Something that the status says has changed. */
  changed(): void {
    const { clock, planner } = this.#sources;
    this.#cancel ??= clock.after(Math.min(planner.size * GATHER_OF_ADDRESS, LONGEST_GATHER), () => {
      this.#cancel = undefined;
      this.#tell();
    });
  }

  /** Some time has passed, by which alone the status may have changed. To compose that of 10,000 addresses takes 0.1 s. */
  aged(): void {
    if (this.#sources.view.takeAged()) this.changed();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = () => {};
  }

  #tell(): void {
    const { metrics, view } = this.#sources;
    metrics.announced(view.countIn('Owner', 'Caretaker'));
    this.#onReport(() => {
      const report = this.now();
      // Sessions have metrics of their own: an address is not to count once for each that is down.
      metrics.withheld((report.withheld ?? []).filter(({ peer }) => peer === undefined));
      return report;
    });
  }
}
