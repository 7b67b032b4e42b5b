import type { Kind } from '../api/kind.ts';
import { CUSTOM_KINDS, KINDS } from '../api/kinds.ts';
import { closest } from '../api/near-miss.ts';
import type { KubernetesObject, ObjectKey } from '../api/object.ts';
import { DEFAULT_NAMESPACE } from '../api/schema/define-kind.ts';
import { CommandError } from './exit-codes.ts';

/** One object as a command line names it. */
export interface ObjectReference {
  readonly kind: Kind<KubernetesObject>;
  readonly key: ObjectKey;
}

/** Short names beside those of our own kinds: kubectl's, and what `get` calls a pool. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['svc', 'service'],
  ['no', 'node'],
  ['ns', 'namespace'],
  ['pool', 'ipaddresspool'],
  ['pools', 'ipaddresspool'],
  ['ing', 'ingress'],
  ['gtw', 'gateway'],
  ['peer', 'bgppeer'],
  ['peers', 'bgppeer'],
  ['speaker', 'speakerstatus'],
  ['speakers', 'speakerstatus'],
]);

/**
 * Parses `KIND/NAME` or `KIND/NAMESPACE/NAME`. KIND is the kind, its plural or its short name, in any case; a name
 * without a namespace is in the one given.
 *
 * @throws CommandError
 */
export function parseReference(text: string, within = DEFAULT_NAMESPACE): ObjectReference {
  const [word = '', ...rest] = text.split('/');
  const [namespace, name] = rest.length === 2 ? rest : [within, rest[0]];
  if (!name || !namespace || rest.length > 2) {
    throw new CommandError(
      `"${text}" names no object: write KIND/NAME or KIND/NAMESPACE/NAME, such as service/default/web`,
    );
  }
  const kind = findKindByWord(word);
  if (kind.namespaced) return { kind, key: { namespace, name } };
  if (rest.length === 2) {
    throw new CommandError(`"${text}" has a namespace, but ${kind.kind} belongs to none: write ${word}/${name}`);
  }
  return { kind, key: { name } };
}

function findKindByWord(word: string): Kind<KubernetesObject> {
  const lower = word.toLowerCase();
  const full = SHORT_NAMES.get(lower) ?? lower;
  const custom = CUSTOM_KINDS.find(({ names }) => names.shortName === full);
  const kind = custom ?? KINDS.find((each) => each.plural === full || each.kind.toLowerCase() === full);
  if (kind) return kind;
  const near = closest(
    word,
    KINDS.flatMap((each) => [each.kind.toLowerCase(), each.plural]),
  );
  const known = KINDS.map((each) => each.kind).join(', ');
  throw new CommandError(`no kind "${word}": ${near ? `did you mean ${near}?` : `known are ${known}`}`);
}
