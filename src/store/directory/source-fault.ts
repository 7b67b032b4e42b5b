/** One thing wrong with what people put into a folder, a file or standard input. */
export interface SourceFault {
  /** The file or folder as it was named or found. */
  readonly file: string;
  /** From 1. Absent where the fault is the file's as a whole. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** `Kind/name` or `Kind/namespace/name`, as far as the text tells. */
  readonly object?: string;
  /** Path from the object's root, such as `spec.addresses[2]`. */
  readonly field?: string;
  /** The cause and the remedy. */
  readonly message: string;
}

/** `file:line: Kind/name: field: message`, without the parts that are not known. */
export function formatFault(fault: SourceFault): string {
  const place = fault.line === undefined ? fault.file : `${fault.file}:${fault.line}`;
  return [place, fault.object, fault.field, fault.message]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');
}
