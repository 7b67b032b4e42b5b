import type { IPFamily } from '../../../src/ip/family.ts';
import { NETS, type Net } from '../builders.ts';

/** The words of a line. */
export type Words = readonly string[];

/** `app:web,tier:gold` as labels. */
export function labelsOf(text: string): Readonly<Record<string, string>> {
  if (text === '') return {};
  return Object.fromEntries(text.split(',').map((pair) => pair.split(':') as [string, string]));
}

/** Makes addresses of the short forms of a script; any other text is left as it is. */
export class Addresses {
  readonly net: Net;

  constructor(net: Net) {
    this.net = net;
  }

  get family(): IPFamily {
    return this.net.family;
  }

  /** `5`, `o.5`, `4.5`, `6.5`. */
  one(word: string): string {
    const [, prefix, n] = /^(?:([46o])\.)?(\d+)$/.exec(word) ?? [];
    return n === undefined ? word : this.#netOf(prefix).ip(Number(n));
  }

  /** `5`, `1-9`, `6.1-9`. */
  range(word: string): string {
    const [, prefix, first, last] = /^(?:([46o])\.)?(\d+)(?:-(\d+))?$/.exec(word) ?? [];
    return first === undefined ? word : this.#netOf(prefix).range(Number(first), Number(last ?? first));
  }

  #netOf(prefix: string | undefined): Net {
    const [ipv4, ipv6] = NETS as readonly [Net, Net];
    if (prefix === undefined) return this.net;
    return prefix === '4' || (prefix === 'o' && this.net !== ipv4) ? ipv4 : ipv6;
  }
}
