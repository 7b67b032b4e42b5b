import type { IPFamily } from '../../../ip/family.ts';
import { familyOfPrefix, type Prefix } from '../../../ip/prefix.ts';
import { encodeNlri, NlriReader } from '../message/nlri.ts';
import { OctetWriter } from '../message/octet-writer.ts';
import type { Cursor } from './portions.ts';
import type { RouteAttributes } from './route-attributes.ts';

/**
 * Prefixes of one family of which the same is to be said. Another thread gets them as they are: as objects of their own,
 * 100,000 of them would hold it up for half a second.
 */
export interface RouteRun<A = RouteAttributes> {
  readonly family: IPFamily;
  /** Undefined: no longer to be advertised. */
  readonly attributes: A | undefined;
  /** As in an UPDATE (RFC 4271 section 4.3). */
  readonly nlri: Uint8Array;
}

/** Packs routes in their order: a prefix may come again. Neighbours with the same object of attributes share a run. */
export function packChanges<A = RouteAttributes>(
  routes: Iterable<readonly [Prefix, A | undefined]>,
): readonly RouteRun<A>[] {
  const runs: { readonly family: IPFamily; readonly attributes: A | undefined; readonly writer: OctetWriter }[] = [];
  for (const [prefix, attributes] of routes) {
    const family = familyOfPrefix(prefix);
    let run = runs.at(-1);
    if (run === undefined || run.family !== family || run.attributes !== attributes) {
      run = { family, attributes, writer: new OctetWriter(16) };
      runs.push(run);
    }
    encodeNlri(run.writer, prefix);
  }
  return runs.map(({ family, attributes, writer }) => ({ family, attributes, nlri: writer.finish() }));
}

/** Packs routes of which none comes twice, in any order: one run for each family and object of attributes. */
export function packTable<A>(routes: Iterable<readonly [Prefix, A]>): readonly RouteRun<A>[] {
  const byAttributes = new Map<A, Record<IPFamily, OctetWriter>>();
  for (const [prefix, attributes] of routes) {
    const writers = byAttributes.get(attributes) ?? { IPv4: new OctetWriter(16), IPv6: new OctetWriter(16) };
    byAttributes.set(attributes, writers);
    encodeNlri(writers[familyOfPrefix(prefix)], prefix);
  }
  return [...byAttributes].flatMap(([attributes, writers]) =>
    (['IPv4', 'IPv6'] as const).flatMap((family) => {
      const nlri = writers[family].finish();
      return nlri.byteLength === 0 ? [] : [{ family, attributes, nlri }];
    }),
  );
}

/** The routes of {@link packChanges} or {@link packTable}, one after another. */
export function unpackRoutes<A>(runs: readonly RouteRun<A>[]): Cursor<readonly [Prefix, A | undefined]> {
  let next = 0;
  let attributes: A | undefined;
  let reader: NlriReader | undefined;
  return {
    next() {
      for (;;) {
        const prefix = reader?.next();
        if (prefix !== undefined) return [prefix, attributes];
        const run = runs[next];
        if (run === undefined) return undefined;
        next += 1;
        attributes = run.attributes;
        reader = new NlriReader(run.nlri, run.family);
      }
    },
  };
}
