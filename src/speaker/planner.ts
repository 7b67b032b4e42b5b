import type { AnnouncementInput } from '../announcement/input.ts';
import { planAnnouncements } from '../announcement/plan.ts';
import { API_VERSION } from '../api/custom-kind.ts';
import type { SpeakerReport, SpeakerStatus } from '../api/speaker-status.ts';
import type { NetworkInterface } from '../os/interfaces.ts';
import { type Duties, type Duty, dutiesOf } from './duties.ts';
import { HeldServices } from './held-services.ts';
import { poolLookup } from './pools.ts';
import type { Snapshot } from './snapshot.ts';
import { watchedPeers } from './watched-peers.ts';
import type { AssignedAddress, WatchedPeer } from './wire-messages.ts';

/** What the store and the kernel say at one moment. */
export interface Situation {
  readonly snapshot: Pick<Snapshot, 'services' | 'pools' | 'advertisements' | 'nodes' | 'endpointSlices' | 'speakers'>;
  /** The nodes whose speakers are alive, this one included. */
  readonly alive: ReadonlySet<string>;
  /** The interfaces of this node that could announce. */
  readonly interfaces: readonly NetworkInterface[];
  /** This node's own status as it is now; what the store has of it is a little old. */
  readonly report: SpeakerReport;
  /** False while nobody knows what the others do: this node then takes no address that it did not own before. */
  readonly mayTake: boolean;
  /** The addresses that the wire is in charge of. */
  readonly inCharge: ReadonlySet<string>;
}

/** Decides what this node announces, and remembers who announced what before. */
export class Planner {
  readonly #node: string;
  readonly #held: HeldServices;
  /** Addresses that somebody, here or elsewhere, was seen to own: they need no probe for strangers. */
  readonly #everOwned = new Set<string>();
  readonly #yielded = new Set<string>();
  #takenOver: ReadonlySet<string> = new Set();
  /** What this node owned when it last could take addresses. */
  #taken: ReadonlySet<string> = new Set();
  #duties: Duties = { owned: [], withheld: [] };
  #peers: readonly WatchedPeer[] = [];
  #dutyByAddress: ReadonlyMap<string, Duty> = new Map();

  constructor(node: string, loadBalancerClass: string | undefined) {
    this.#node = node;
    this.#held = new HeldServices(loadBalancerClass);
  }

  get duties(): Duties {
    return this.#duties;
  }

  /** The speakers to watch, by the last plan. */
  get peers(): readonly WatchedPeer[] {
    return this.#peers;
  }

  /** What {@link duties} says of an address. */
  duty(address: string): Duty | undefined {
    return this.#dutyByAddress.get(address);
  }

  /** Addresses that this node may still answer for and must no longer claim: another took them over unheard. */
  get yielded(): ReadonlySet<string> {
    return this.#yielded;
  }

  /** Somebody was seen to own these. */
  sawOwned(addresses: Iterable<string>): void {
    for (const address of addresses) this.#everOwned.add(address);
  }

  /** Another owns these, and we may have believed that we do. */
  yieldTo(addresses: Iterable<string>): void {
    for (const address of addresses) this.#yielded.add(address);
  }

  /** Whether the address was assigned as one that another node, or a former worker, had answered for. */
  isTakeover(address: string): boolean {
    return this.#takenOver.has(address);
  }

  /** Decides anew. Returns everything that is to be on the wire; {@link duties} says the same and why not the rest. */
  plan(situation: Situation): readonly AssignedAddress[] {
    const plans = planAnnouncements(this.#input(situation));
    const { owned, withheld } = dutiesOf(plans, this.#node, situation.interfaces);
    if (situation.mayTake) this.#taken = new Set(owned.map(({ address }) => address));
    this.#duties = { owned: owned.filter(({ address }) => this.#taken.has(address)), withheld };
    this.#peers = watchedPeers(plans, {
      node: this.#node,
      interfaces: situation.interfaces,
      speakers: [...situation.snapshot.speakers.values()],
    });
    this.#dutyByAddress = new Map(this.#duties.owned.map((duty) => [duty.address, duty]));
    const planned = new Set(plans.map(({ address }) => address));
    for (const address of this.#everOwned) if (!planned.has(address)) this.#everOwned.delete(address);
    for (const { address } of this.#duties.owned) this.#yielded.delete(address);
    const assigned = this.#duties.owned.map(({ address, interfaces }) => ({
      address,
      interfaces: interfaces.map(({ name, index, mac }) => ({ name, index, mac })),
      firstPlacement: !this.#everOwned.has(address),
    }));
    this.#takenOver = new Set(
      assigned
        .filter(({ address, firstPlacement }) => {
          return situation.inCharge.has(address) ? this.#takenOver.has(address) : !firstPlacement;
        })
        .map(({ address }) => address),
    );
    return assigned;
  }

  #input({ snapshot, alive, report }: Situation): AnnouncementInput {
    const own: SpeakerStatus = {
      apiVersion: API_VERSION,
      kind: 'SpeakerStatus',
      metadata: { name: this.#node },
      status: report,
    };
    const others = [...snapshot.speakers.values()].filter(({ metadata }) => metadata.name !== this.#node);
    return {
      services: this.#held.select(snapshot.services.values(), poolLookup([...snapshot.pools.values()])),
      advertisements: [...snapshot.advertisements.values()],
      pools: [...snapshot.pools.values()].map(({ metadata }) => metadata.name),
      speakers: [...others, own],
      nodes: [...snapshot.nodes.values()],
      endpointSlices: [...snapshot.endpointSlices.values()],
      alive,
    };
  }
}

/** The addresses that a speaker reports itself as owner of. */
export function ownedBy({ status }: SpeakerStatus): readonly string[] {
  return (status?.l2 ?? []).filter(({ role }) => role === 'Owner').map(({ address }) => address);
}
