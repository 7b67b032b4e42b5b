import { getSystemErrorName } from 'node:util';

/** A system call or a kernel request failed. The message says what was being done, why it failed, and what helps. */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  constructor(
    /** The error's name in errno(3), such as `EPERM`. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The errno(3) name that an error carries, such as `ENOENT`; undefined where it carries none. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The errno(3) name of a positive error number. */
export function errorName(errno: number): string {
  return getSystemErrorName(-errno);
}

/**
 * The error with what was being done in front and, where the cause is known, the remedy behind.
 *
 * @param doing such as `cannot open a packet socket`
 * @param remedies by errno(3) name
 */
export function describeError(
  error: unknown,
  doing: string,
  remedies: Readonly<Record<string, string>> = {},
): SystemError {
  const code = errorCode(error) ?? 'UNKNOWN';
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = remedies[code];
  return new SystemError(code, `${doing}: ${reason}${remedy === undefined ? '' : `: ${remedy}`}`, { cause: error });
}
