import type { IPAddressPool } from '../../../src/api/ip-address-pool.ts';
import type { Service } from '../../../src/api/kubernetes/service.ts';
import type { Net } from '../builders.ts';
import { poolOf } from './script-pool.ts';
import { serviceOf } from './script-service.ts';
import { Addresses, labelsOf, type Words } from './script-words.ts';

/** What is told at once, before anything is decided, and what must then hold. */
export interface Step {
  readonly pools: IPAddressPool[];
  readonly services: Service[];
  /** Services and pools that are gone. */
  readonly gone: string[];
  readonly goneFrom: string[];
  /** Ranges never given, whatever a pool says. */
  readonly neverGiven: string[];
  readonly namespaces: Map<string, Readonly<Record<string, string>>>;
  /** What a Service says in short, by name. */
  readonly says: Map<string, string>;
  /** What a pool says, by name: its reason; what it retains; how much of the family is available. */
  readonly poolIs: Map<string, string>;
  readonly retains: Map<string, readonly string[]>;
  readonly available: Map<string, number>;
}

/** One named case. */
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
}

/**
 * Reads cases. A line that is not indented names one; those that follow are its script:
 *
 *     pool b 1-4 7 reserved=3 noauto      a pool of these addresses, with parts of its spec as words
 *     no pool b                           it is gone
 *     never 1-2                           these addresses belong to a node
 *     namespace shop tier:gold            its labels
 *     web ip=5 key=k -> 5                 a Service as it is now, and what it must get: an address, a reason, or both
 *     web is 5 Retained                   it is as before, and what it must have
 *     no web                              it is gone
 *     pool b is Deleting                  the reason of its condition Ready
 *     pool b retains 5:web                all of its `status.retained`; `-` for none
 *     pool b has 3                        how many addresses of the family are available
 *
 * A line `then`, not indented either: everything so far is decided, and what follows happens later.
 *
 * A bare number is an address of the family that the cases are run for, `o.5` one of the other; `4.5` and `6.5` are always
 * `192.0.2.5` and `2001:db8::5`. What no line mentions must be as it was.
 */
export function readCases(text: string, net: Net): readonly Case[] {
  const cases: { name: string; steps: Step[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    if (!line.startsWith(' ') && line !== 'then') {
      cases.push({ name: line, steps: [emptyStep()] });
      continue;
    }
    const steps = cases.at(-1)?.steps;
    const step = steps?.at(-1);
    if (step === undefined) throw new Error(`a script without a name: ${line}`);
    if (line === 'then') steps?.push(emptyStep());
    else readLine(line.trim(), step, new Addresses(net));
  }
  for (const { name, steps } of cases) {
    for (const { says, poolIs, retains, available } of steps) {
      if (says.size + poolIs.size + retains.size + available.size === 0) throw new Error(`expects nothing: ${name}`);
    }
  }
  return cases;
}

function readLine(line: string, step: Step, addresses: Addresses): void {
  const words: Words = line.split(/\s+/);
  const [first = '', second = '', third = ''] = words;
  const rest = words.slice(3).join(' ');
  if (first === 'no' && second === 'pool') step.goneFrom.push(third);
  else if (first === 'no') step.gone.push(second);
  else if (first === 'never') step.neverGiven.push(...words.slice(1).map((word) => addresses.range(word)));
  else if (first === 'namespace') step.namespaces.set(second, labelsOf(third));
  else if (first === 'pool' && third === 'is') step.poolIs.set(second, rest);
  else if (first === 'pool' && third === 'retains') {
    const kept = words.slice(3).filter((word) => word !== '-');
    step.retains.set(second, kept.map((word) => retainedText(word, addresses)).sort());
  } else if (first === 'pool' && third === 'has') step.available.set(second, Number(rest));
  else if (first === 'pool') step.pools.push(poolOf(second, words.slice(2), addresses));
  else if (second === 'is') step.says.set(first, outcomeOf(words.slice(2), addresses));
  else {
    const arrow = words.indexOf('->');
    if (arrow < 0) throw new Error(`neither an arrow nor any other line that is known: ${line}`);
    step.services.push(serviceOf(first, words.slice(1, arrow), addresses));
    step.says.set(first, outcomeOf(words.slice(arrow + 1), addresses));
  }
}

function emptyStep(): Step {
  return {
    pools: [],
    services: [],
    gone: [],
    goneFrom: [],
    neverGiven: [],
    namespaces: new Map(),
    says: new Map(),
    poolIs: new Map(),
    retains: new Map(),
    available: new Map(),
  };
}

function outcomeOf(words: Words, addresses: Addresses): string {
  if (words.length === 0) throw new Error('an outcome is an address or a reason');
  return words.map((word) => (/^[A-Za-z]+$/.test(word) ? word : addresses.one(word))).join(' ');
}

function retainedText(word: string, addresses: Addresses): string {
  const [address = '', service = ''] = word.split(':');
  return `${addresses.one(address)} ${service.includes('/') ? service : `default/${service}`}`;
}
