import { errorCode } from '../../os/system-error.ts';

/** Cause and remedy of a file or folder that cannot be read. */
export function unreadableMessage(error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOENT':
      return 'is not there: make it, or name another';
    case 'EACCES':
    case 'EPERM':
      return 'cannot be read for lack of permission: give this user the right to read it';
    default:
      return `cannot be read: ${textOf(error)}`;
  }
}

/** What keeps a file or folder from being written, and the remedy where there is one. */
export function unwritableMessage(error: unknown): string {
  const remedy = REMEDIES[errorCode(error) ?? ''];
  return remedy === undefined ? textOf(error) : `${textOf(error)}: ${remedy}`;
}

const LET_WRITE = 'let this user write there';

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: LET_WRITE,
  EPERM: LET_WRITE,
  EROFS: 'mount it so that it can be written to',
  ENOSPC: 'make room there',
  EDQUOT: 'make room there',
};

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
