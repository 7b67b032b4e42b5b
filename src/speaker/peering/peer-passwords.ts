import type { PasswordSource, Peering } from '../../announcement/bgp/peering.ts';
import { PASSWORD_KEY, type Secret } from '../../api/kubernetes/secret.ts';

/** Linux takes no more (TCP_MD5SIG_MAXKEYLEN). */
const MOST_OCTETS = 80;

/** A password, or why there is none. The messages name no part of one. */
export type FoundPassword =
  | {
      readonly ok: true;
      readonly password: string | undefined;
      /** Why it is the one that the session had before, where its source has none. */
      readonly fault?: string;
    }
  | { readonly ok: false; readonly message: string };

/** Those of our own namespace, by name; undefined before the store has told them. */
type Secrets = ReadonlyMap<string, Secret> | undefined;

/** What a session has, or tries with. */
interface InForce {
  readonly session: string;
  readonly password: string | undefined;
}

/**
 * The passwords of BGP peers. A session keeps the one it has while another cannot be had: it must not end because a Secret
 * is being replaced or deleted, a peer names one that is not there yet, or a file cannot be read for a moment.
 */
export class PeerPasswords {
  readonly #readFile: (path: string) => string;
  /** By the name of the peer. */
  readonly #inForce = new Map<string, InForce>();

  /** @param readFile throws where the file cannot be read, with a message for people */
  constructor(readFile: (path: string) => string) {
    this.#readFile = readFile;
  }

  find(
    { peer, password: source, ...rest }: Pick<Peering, 'peer' | 'password' | 'address' | 'interface' | 'vrf' | 'port'>,
    secrets: Secrets,
  ): FoundPassword {
    const session = JSON.stringify([rest.address, rest.interface, rest.vrf, rest.port]);
    const found = this.#look(source, secrets);
    if (found.ok) {
      this.#inForce.set(peer, { session, password: found.password });
      return found;
    }
    const last = this.#inForce.get(peer);
    // Another router is not to be asked by the password of this one.
    if (last?.session !== session) return found;
    return { ok: true, password: last.password, fault: found.message };
  }

  /** Forgets those of all other peers. */
  keep(peers: ReadonlySet<string>): void {
    for (const peer of this.#inForce.keys()) if (!peers.has(peer)) this.#inForce.delete(peer);
  }

  #look(source: PasswordSource | undefined, secrets: Secrets): FoundPassword {
    switch (source?.from) {
      case undefined:
        return { ok: true, password: undefined };
      case 'Spec':
        return { ok: true, password: source.password };
      case 'Secret':
        return checked(`secret ${source.name}`, passwordInSecret(source.name, secrets));
      case 'File':
        return checked(`file ${source.path}`, this.#inFile(source.path));
    }
  }

  #inFile(path: string): FoundPassword {
    try {
      return { ok: true, password: this.#readFile(path) };
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  }
}

function checked(place: string, found: FoundPassword): FoundPassword {
  if (!found.ok || found.password === undefined) return found;
  const octets = Buffer.byteLength(found.password);
  if (octets > 0 && octets <= MOST_OCTETS) return found;
  return { ok: false, message: `the ${place} holds ${octets} octets: a password has 1 to ${MOST_OCTETS}` };
}

/** The password in a Secret of these, by name. */
export function passwordInSecret(name: string, secrets: Secrets): FoundPassword {
  if (secrets === undefined) {
    const why = `the Secret ${name} is not known: the store has told no Secrets yet, and no password of one is written down`;
    const remedy = 'see that the node reaches the API server; spec.passwordFile does without it';
    return { ok: false, message: `${why}: ${remedy}` };
  }
  const secret = secrets.get(name);
  const plain = secret?.stringData?.[PASSWORD_KEY];
  if (plain !== undefined) return { ok: true, password: plain };
  const data = secret?.data?.[PASSWORD_KEY];
  if (data === undefined) return { ok: false, message: `the Secret ${name} with the key ${PASSWORD_KEY} is not there` };
  return { ok: true, password: Buffer.from(data, 'base64').toString('utf8') };
}
