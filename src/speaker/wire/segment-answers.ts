import type { WireFamily } from './family.ts';
import type { LoopbackAddresses } from './loopback-addresses.ts';

/** What the answers of all segments share. */
export interface AnswerSurroundings {
  readonly loopback: LoopbackAddresses;
  familyOf(address: string): WireFamily<number> | WireFamily<bigint>;
  usesLoopback(): boolean;
}

/** The addresses that this node answers for on one segment, by one interface. */
export class SegmentAnswers {
  readonly #surroundings: AnswerSurroundings;
  /** The index of the interface. */
  readonly #link: number;
  /** By address, whether it is answered in the name of another node. */
  readonly #answered = new Map<string, boolean>();

  constructor(surroundings: AnswerSurroundings, link: number) {
    this.#surroundings = surroundings;
    this.#link = link;
  }

  get addresses(): readonly string[] {
    return [...this.#answered.keys()];
  }

  /** Whether any is answered. */
  get isAny(): boolean {
    return this.#answered.size > 0;
  }

  /** Answers from now on; by giving the MAC address of another node, where one is given. */
  answer(address: string, ofOther: string | undefined): void {
    this.#answered.set(address, ofOther !== undefined);
    this.#keep(address);
    this.#family(address).answer(this.#link, address, ofOther);
  }

  /** @param acceptedFor for how many seconds more the kernel is to accept it; 0 for none */
  silence(address: string, acceptedFor: number): void {
    this.#answered.delete(address);
    this.#family(address).silence(this.#link, address);
    if (acceptedFor > 0) this.#surroundings.loopback.leave(address, acceptedFor);
    else this.#surroundings.loopback.remove(address);
  }

  /** Brings `lo` in line with whether it is used. */
  alignLoopback(): void {
    for (const address of this.#answered.keys()) this.#keep(address);
  }

  announce(address: string): void {
    this.#family(address).announce(this.#link, address);
  }

  /** See {@link WireFamily.defend}. */
  defend(address: string): void {
    this.#family(address).defend(this.#link, address);
  }

  probe(address: string): void {
    this.#family(address).probe(this.#link, address);
  }

  /** See {@link WireFamily.settle}. */
  settle(address: string): void {
    this.#family(address).settle(this.#link, address);
  }

  /** Asks one machine whether it has the address, in the name of `sender`, an address of ours of the same family. */
  ask(address: string, mac: string, sender: string): void {
    this.#family(address).ask(this.#link, { address, mac }, sender);
  }

  #keep(address: string): void {
    const { loopback } = this.#surroundings;
    if (this.#surroundings.usesLoopback() && this.#answered.get(address) === false) loopback.keep(address);
    else loopback.remove(address);
  }

  #family(address: string): WireFamily<number> | WireFamily<bigint> {
    return this.#surroundings.familyOf(address);
  }
}
