import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../api/object.ts';
import type { NetworkInterface } from '../../os/interfaces.ts';
import { Changes } from '../changes.ts';
import type { HealthChecks } from '../node/health-checks.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Clock } from '../wire/clock.ts';
import type { Assignment, ToWire } from '../wire/messages.ts';
import type { WireView } from '../wire-thread/view.ts';
import type { Planner, Situation } from './planner.ts';

/** Milliseconds in which changes gather before they are planned with, as when a store delivers many at once. */
const GATHER = 10;

/** What plans are made from, and who is told of them. */
export interface PlanningOptions {
  readonly clock: Clock;
  readonly planner: Planner;
  readonly view: WireView;
  /** Also put the addresses on `lo`. */
  readonly loopback: boolean;
  readonly checks: HealthChecks | undefined;
  /** All that is known; undefined while that is not enough to plan with. */
  snapshot(): Snapshot | undefined;
  /** All interfaces of this node. */
  interfaces(): readonly NetworkInterface[];
  /** What plans are made of besides. */
  circumstances(): Pick<Situation, 'isFit' | 'candidates' | 'bar'>;
  post(message: ToWire): void;
  /** Something else is planned than before. */
  onPlan(): void;
}

/** Has everything planned anew that a change concerns, soon after it, and brings the wire in line. */
export class Planning {
  readonly #options: PlanningOptions;
  readonly #changes = new Changes();
  /** All interfaces but `lo`, as they were last heard of. */
  #links: readonly NetworkInterface[] = [];
  #cancel: (() => void) | undefined;

  constructor(options: PlanningOptions) {
    this.#options = options;
  }

  /** Something has changed that concerns all Services. */
  allChanged(): void {
    this.#changes.addAll();
    this.schedule();
  }

  /** Addresses on `lo` come and go with what is announced, by hundreds at a time: nothing is planned by them. */
  interfacesChanged(): void {
    const links = this.#options.interfaces().filter(({ loopback }) => !loopback);
    if (isDeepStrictEqual(links, this.#links)) return;
    this.#links = links;
    this.allChanged();
  }

  /** An object has changed. @param former undefined for one that is new */
  changed(object: KubernetesObject, former: KubernetesObject | undefined): void {
    this.#changes.add(object, former);
    this.schedule();
  }

  /** Plans soon, with what has changed so far, if there is enough to plan with by then. */
  schedule(): void {
    const { clock, snapshot } = this.#options;
    if (snapshot() === undefined) return;
    this.#cancel ??= clock.after(GATHER, () => {
      this.#cancel = undefined;
      this.#plan();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = () => {};
  }

  /** What should be on the wire; undefined before anything was planned. */
  assignment(): Assignment | undefined {
    const { planner, loopback } = this.#options;
    const { assignment } = planner;
    return assignment && { ...assignment, loopback };
  }

  #plan(): void {
    const snapshot = this.#options.snapshot();
    if (snapshot === undefined) return;
    const changed = this.#changes.take();
    if (changed === 'All' || !this.#planSome(changed, snapshot)) this.#planAll(snapshot);
  }

  #planAll(snapshot: Snapshot): void {
    const { planner, view, checks, clock, interfaces, circumstances, post, onPlan } = this.#options;
    checks?.set(snapshot.services.values());
    planner.plan({
      ...circumstances(),
      snapshot,
      interfaces: interfaces(),
      failing: checks?.failing(),
      owns: (address) => view.isHolder(address),
    });
    view.plan(planner.links(), clock.wall());
    const assignment = this.assignment();
    if (assignment !== undefined) post({ type: 'assign', ...assignment });
    onPlan();
  }

  /** Plans for these Services alone; false where others are concerned as well. */
  #planSome(services: ReadonlySet<string>, snapshot: Snapshot): boolean {
    const { planner, view, checks, clock, post, onPlan } = this.#options;
    const fails = [...services].map((name) => checks?.setOne(name, snapshot.services.get(name)) ?? false);
    if (fails.includes(true)) return false;
    const replanned = planner.replan(services, { snapshot, owns: (address) => view.isHolder(address) });
    if (replanned === undefined) return false;
    const { links, segments } = replanned;
    for (const [address, each] of links) view.planOne(address, each, clock.wall());
    if (segments.length > 0) post({ type: 'amend', segments });
    if (links.size > 0) onPlan();
    return true;
  }
}
