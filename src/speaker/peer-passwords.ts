import type { PasswordSource } from '../announcement/bgp/peering.ts';
import { PASSWORD_KEY, type Secret } from '../api/kubernetes/secret.ts';

/** Linux takes no more (TCP_MD5SIG_MAXKEYLEN). */
const MOST_OCTETS = 80;

/** A password, or why there is none. The message names no part of one. */
export type FoundPassword =
  | { readonly ok: true; readonly password: string | undefined }
  | { readonly ok: false; readonly message: string };

/**
 * The passwords of BGP peers. What was found once is kept: a session must not end because a Secret is being replaced, or
 * a file cannot be read for a moment.
 */
export class PeerPasswords {
  readonly #readFile: (path: string) => string;
  readonly #known = new Map<string, string>();

  /** @param readFile throws where the file cannot be read, with a message for people */
  constructor(readFile: (path: string) => string) {
    this.#readFile = readFile;
  }

  /** @param secrets those of our own namespace, by name */
  find(source: PasswordSource | undefined, secrets: ReadonlyMap<string, Secret>): FoundPassword {
    if (source === undefined) return { ok: true, password: undefined };
    if (source.from === 'Spec') return { ok: true, password: source.password };
    const key = source.from === 'Secret' ? `secret ${source.name}` : `file ${source.path}`;
    const found = this.#checked(
      key,
      source.from === 'Secret' ? passwordInSecret(source.name, secrets) : this.#inFile(source.path),
    );
    if (found.ok) return found;
    const known = this.#known.get(key);
    return known === undefined ? found : { ok: true, password: known };
  }

  #checked(key: string, found: FoundPassword): FoundPassword {
    if (!found.ok || found.password === undefined) return found;
    const octets = Buffer.byteLength(found.password);
    if (octets === 0 || octets > MOST_OCTETS) {
      return { ok: false, message: `the ${key} holds ${octets} octets: a password has 1 to ${MOST_OCTETS}` };
    }
    this.#known.set(key, found.password);
    return found;
  }

  #inFile(path: string): FoundPassword {
    try {
      return { ok: true, password: this.#readFile(path) };
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** The password in a Secret of these, by name. */
export function passwordInSecret(name: string, secrets: ReadonlyMap<string, Secret>): FoundPassword {
  const secret = secrets.get(name);
  const plain = secret?.stringData?.[PASSWORD_KEY];
  if (plain !== undefined) return { ok: true, password: plain };
  const data = secret?.data?.[PASSWORD_KEY];
  if (data === undefined) return { ok: false, message: `the Secret ${name} with the key ${PASSWORD_KEY} is not there` };
  return { ok: true, password: Buffer.from(data, 'base64').toString('utf8') };
}
