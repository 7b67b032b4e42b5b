import type { Kind } from '../../api/kind.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from '../../api/object.ts';
import type { DocumentsRead, LocatedObject } from './documents.ts';
import { duplicateFault } from './documents.ts';
import { idOfObject, type ObjectId } from './object-id.ts';
import type { SourceFault } from './source-fault.ts';

/** An object whose document is another than before. */
export interface DocumentChange {
  readonly kind: Kind<KubernetesObject>;
  readonly key: ObjectKey;
  /** Undefined where there is none any more. */
  readonly document: KubernetesObject | undefined;
}

/** One definition of an object by one file. */
interface Claim {
  readonly located: LocatedObject;
  /** Since when the file has not held it any more, though the object still stands. */
  readonly leavingSince?: number | undefined;
}

interface SourceFile {
  readonly claims: ReadonlyMap<ObjectId, Claim>;
  readonly faults: readonly SourceFault[];
  /** Holds objects of an earlier run of which no file tells any more; gives way to any real file. */
  readonly remembered: boolean;
}

/**
 * Which documents are in force, given what was read from which file and when. What stood once is lost only by a file
 * that is readable, whole and without fault, and only after it has said so for the time of confirmation: editors
 * replace files, writers truncate them, and a typing error must not take an address off the network.
 *
 * Pure: times come in, in milliseconds of any one clock.
 */
export class SourceTable {
  readonly #files = new Map<string, SourceFile>();
  /** Object to the paths of the files that claim it. */
  readonly #claimants = new Map<ObjectId, Set<string>>();
  /** Paths of the files with claims that wait for confirmation. */
  readonly #leaving = new Set<string>();
  readonly #inForce = new Map<ObjectId, LocatedObject>();
  /** Objects with changes that nobody took yet, each by its latest document. */
  readonly #changed = new Map<ObjectId, LocatedObject>();

  constructor(private readonly confirmMillis: number) {}

  /** The documents in force. */
  get documents(): ReadonlyMap<ObjectId, LocatedObject> {
    return this.#inForce;
  }

  /** A file was read to its end. */
  fileRead(path: string, read: DocumentsRead, now: number): void {
    const before = this.#files.get(path)?.claims ?? new Map<ObjectId, Claim>();
    const faults = [...read.faults];
    if (read.blank) {
      faults.push({ file: path, message: 'is empty: put objects or a comment into it, or remove it' });
    }
    const claims = new Map<ObjectId, Claim>();
    if (read.wellFormed) {
      for (const [id, places] of byId(read.objects)) {
        const [first, ...others] = places;
        faults.push(...others.map((other) => duplicateFault(other, first)));
        claims.set(id, { located: others.length > 0 ? (before.get(id)?.located ?? first) : first });
      }
    }
    for (const [id, { located, leavingSince = now }] of before) {
      if (claims.has(id)) continue;
      claims.set(id, faults.length > 0 ? { located } : { located, leavingSince });
    }
    this.#put(path, { claims, faults, remembered: false });
  }

  /** A file is there and is being written: nothing that it held is on the way out. */
  fileChanging(path: string): void {
    const file = this.#files.get(path);
    if (file && this.#leaving.has(path)) this.#put(path, { ...file, claims: leaving(file.claims, undefined) });
  }

  /** A file is there and cannot be read: what it held stands. */
  fileUnreadable(path: string, fault: SourceFault): void {
    const claims = leaving(this.#files.get(path)?.claims ?? new Map(), undefined);
    this.#put(path, { claims, faults: [fault], remembered: false });
  }

  /** A folder that could be listed holds the file no more. */
  fileVanished(path: string, now: number): void {
    const claims = leaving(this.#files.get(path)?.claims ?? new Map(), now);
    this.#put(path, { claims, faults: [], remembered: false });
  }

  /** Objects of an earlier run stand, as they were, until some file defines them or every file can be read again. */
  remember(objects: readonly LocatedObject[]): void {
    for (const located of objects) {
      const claims = new Map([[idOfObject(located.kind, located.object), { located }]]);
      this.#put(located.file, { claims, faults: [], remembered: true });
    }
  }

  /**
   * Lets go of what has been missing for long enough. Call it right after a look at the folder.
   * @param complete whether all of the folder could be looked at
   * @param inDoubt whether this look could not tell if the file of a path is there
   */
  settle(now: number, complete: boolean, inDoubt: (path: string) => boolean): void {
    const since = complete && this.isWhole() ? now : undefined;
    for (const [path, file] of this.#files) {
      if (file.remembered) this.#put(path, { ...file, claims: leaving(file.claims, since) });
    }
    for (const path of [...this.#leaving]) {
      const file = this.#files.get(path);
      if (!file) continue;
      const claims = inDoubt(path) ? postponed(file.claims, now) : this.#unconfirmed(file.claims, now);
      if (claims !== file.claims) this.#put(path, { ...file, claims });
    }
  }

  /** When the next removal is due for confirmation, or undefined where none is. */
  nextDeadline(): number | undefined {
    const since = [...this.#leaving].flatMap((path) =>
      [...(this.#files.get(path)?.claims.values() ?? [])].map(
        (claim) => claim.leavingSince ?? Number.POSITIVE_INFINITY,
      ),
    );
    return since.length === 0 ? undefined : Math.min(...since) + this.confirmMillis;
  }

  /** Whether every file was read and had no fault: only then does a missing document mean a removed one. */
  isWhole(): boolean {
    return [...this.#files.values()].every(({ faults }) => faults.length === 0);
  }

  /** The documents that came, changed or went since the last call. */
  takeChanges(): readonly DocumentChange[] {
    const changed = [...this.#changed].map(([id, { kind, object }]) => {
      return { kind, key: keyOf(object), document: this.#inForce.get(id)?.object };
    });
    this.#changed.clear();
    return changed;
  }

  /** Everything wrong at present, in the order of the files. */
  faults(): readonly SourceFault[] {
    const paths = [...this.#files.keys()].sort();
    const faults = paths.flatMap((path) => this.#files.get(path)?.faults ?? []);
    for (const [id, claimants] of this.#claimants) {
      const standing = this.#inForce.get(id);
      if (claimants.size < 2 || !standing || this.#claim(id, standing.file)?.leavingSince !== undefined) continue;
      for (const path of [...claimants].sort()) {
        const claim = this.#claim(id, path);
        if (!claim || path === standing.file || claim.leavingSince !== undefined) continue;
        if (!this.#files.get(path)?.remembered) faults.push(duplicateFault(claim.located, standing));
      }
    }
    return faults;
  }

  #unconfirmed(claims: ReadonlyMap<ObjectId, Claim>, now: number): ReadonlyMap<ObjectId, Claim> {
    const kept = [...claims].filter(
      ([, { leavingSince }]) => leavingSince === undefined || leavingSince + this.confirmMillis > now,
    );
    return kept.length < claims.size ? new Map(kept) : claims;
  }

  #claim(id: ObjectId, path: string): Claim | undefined {
    return this.#files.get(path)?.claims.get(id);
  }

  #put(path: string, file: SourceFile): void {
    const before = this.#files.get(path)?.claims ?? new Map<ObjectId, Claim>();
    if (file.claims.size === 0 && file.faults.length === 0) this.#files.delete(path);
    else this.#files.set(path, file);
    if ([...file.claims.values()].some(({ leavingSince }) => leavingSince !== undefined)) this.#leaving.add(path);
    else this.#leaving.delete(path);
    for (const id of before.keys()) if (!file.claims.has(id)) this.#claimants.get(id)?.delete(path);
    for (const id of file.claims.keys()) {
      const claimants = this.#claimants.get(id);
      if (claimants) claimants.add(path);
      else this.#claimants.set(id, new Set([path]));
    }
    for (const id of new Set([...before.keys(), ...file.claims.keys()])) this.#decide(id);
  }

  /** The file whose definition stands keeps it as long as it claims the object, then the first file that does. */
  #decide(id: ObjectId): void {
    const standing = this.#inForce.get(id);
    const own = standing && this.#claim(id, standing.file)?.located;
    const ownerIsReal = standing !== undefined && this.#files.get(standing.file)?.remembered === false;
    const next = own && ownerIsReal ? own : (this.#firstClaim(id) ?? own);
    if (this.#claimants.get(id)?.size === 0) this.#claimants.delete(id);
    const latest = next ?? standing;
    if (next === standing || !latest) return;
    if (next) this.#inForce.set(id, next);
    else this.#inForce.delete(id);
    this.#changed.set(id, latest);
  }

  /** Of the first file in order that claims the object: for good if any does, and remembered only if no other does. */
  #firstClaim(id: ObjectId): LocatedObject | undefined {
    const claims = [...(this.#claimants.get(id) ?? [])].sort().flatMap((path) => {
      const claim = this.#claim(id, path);
      return claim ? [{ ...claim, remembered: this.#files.get(path)?.remembered === true }] : [];
    });
    const real = claims.filter(({ remembered }) => !remembered);
    return (real.find(({ leavingSince }) => leavingSince === undefined) ?? real[0] ?? claims[0])?.located;
  }
}

/** The same claims, leaving since the time given unless they are already; undefined: not leaving. */
function leaving(claims: ReadonlyMap<ObjectId, Claim>, since: number | undefined): ReadonlyMap<ObjectId, Claim> {
  return new Map(
    [...claims].map(([id, { located, leavingSince = since }]) => [
      id,
      since === undefined ? { located } : { located, leavingSince },
    ]),
  );
}

/** The same claims; those that are leaving begin to do so only now. */
function postponed(claims: ReadonlyMap<ObjectId, Claim>, now: number): ReadonlyMap<ObjectId, Claim> {
  return new Map(
    [...claims].map(([id, claim]) => [id, claim.leavingSince === undefined ? claim : { ...claim, leavingSince: now }]),
  );
}

type Places = [LocatedObject, ...LocatedObject[]];

function byId(objects: readonly LocatedObject[]): ReadonlyMap<ObjectId, Places> {
  const found = new Map<ObjectId, Places>();
  for (const located of objects) {
    const id = idOfObject(located.kind, located.object);
    const places = found.get(id);
    if (places) places.push(located);
    else found.set(id, [located]);
  }
  return found;
}
