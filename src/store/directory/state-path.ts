import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject, ObjectKey } from '../../api/object.ts';
import { resourceOf } from './object-id.ts';

const EXTENSION = '.yaml';

/** A file name holds 255 bytes, and `.yaml.broken-N` comes on top. */
const MAX_NAME_BYTES = 200;

/** The path below the state folder of an object's file: `<resource>[/<namespace>]/<name>.yaml`. */
export function statePathOf(kind: Kind<KubernetesObject>, key: ObjectKey): string {
  const name = `${fileNameOf(key.name)}${EXTENSION}`;
  return kind.namespaced ? join(resourceOf(kind), fileNameOf(key.namespace ?? ''), name) : join(resourceOf(kind), name);
}

/** Whether an entry of a state folder is an object's file: neither hidden nor put aside. */
export function isStateName(name: string): boolean {
  return name.endsWith(EXTENSION) && !name.startsWith('.');
}

/**
 * A name as one component of a path. Names that Kubernetes allows stay as they are; any other byte, and a dot in front,
 * is written as `%` and two hexadecimal digits; what gets too long ends in a hash of the whole.
 */
export function fileNameOf(name: string): string {
  const encoded = [...Buffer.from(name, 'utf8')]
    .map((byte, index) => {
      const character = String.fromCharCode(byte);
      const plain = /[a-z0-9-]/.test(character) || (character === '.' && index > 0);
      return plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
  if (encoded === '') return '%';
  if (encoded.length <= MAX_NAME_BYTES) return encoded;
  return `${encoded.slice(0, MAX_NAME_BYTES - 65)}%${createHash('sha256').update(name).digest('hex')}`;
}
