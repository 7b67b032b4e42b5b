import type { Verdict } from '../allocator/verdict.ts';
import { formatAddress } from '../ip/address.ts';

/** Which Services hold what, by Service and by address in RFC 5952 text. */
export class AddressHolders {
  readonly #verdicts = new Map<string, Verdict>();
  readonly #byAddress = new Map<string, Set<string>>();

  /** What a Service holds from now on. */
  put(verdict: Verdict): void {
    this.remove(verdict.service);
    this.#verdicts.set(verdict.service, verdict);
    for (const address of verdict.addresses) {
      const text = formatAddress(address);
      const holders = this.#byAddress.get(text) ?? new Set();
      this.#byAddress.set(text, holders.add(verdict.service));
    }
  }

  remove(service: string): void {
    for (const address of this.#verdicts.get(service)?.addresses ?? []) {
      const text = formatAddress(address);
      const holders = this.#byAddress.get(text);
      holders?.delete(service);
      if (holders?.size === 0) this.#byAddress.delete(text);
    }
    this.#verdicts.delete(service);
  }

  clear(): void {
    this.#verdicts.clear();
    this.#byAddress.clear();
  }

  /** The Services that hold an address, in the order in which they came to it. Undefined where there is none. */
  of(address: string): ReadonlySet<string> | undefined {
    return this.#byAddress.get(address);
  }

  /** The pool that a Service's addresses are from; null where none is known. */
  poolOf(service: string): string | null {
    return this.#verdicts.get(service)?.pool ?? null;
  }
}
