import type { KubernetesObject } from '../../api/object.ts';
import type { SourceFault } from './source-fault.ts';
import type { FileStamp } from './source-listing.ts';

/** One file below the state folder as it was last seen. */
export interface StateFile {
  readonly stamp?: FileStamp | undefined;
  /** The last content that could be understood. */
  readonly state?: KubernetesObject | undefined;
  readonly fault?: SourceFault | undefined;
  /** The last content is not known, or may not be the last any more. */
  readonly isUnknown?: boolean | undefined;
  /** Since when the content cannot be understood, or the file is gone. */
  readonly doubtfulSince?: number | undefined;
}

/** What follows from not knowing who holds which address. */
const UNTIL_KNOWN = 'no address is given until it can be read, is restored, or is removed';

/** Faults of state files, by what follows from them. */
export interface StateFaults {
  /** Those for which nobody can tell which addresses are in use. */
  readonly unknown: readonly SourceFault[];
  readonly others: readonly SourceFault[];
}

/**
 * What is wrong with the state folder and the files in it.
 * @param folders faults of folders, whose content is therefore unknown
 * @param mayHold whether a file, or one in a folder, may say that somebody holds an address
 */
export function stateFaults(
  folders: readonly SourceFault[],
  files: Iterable<StateFile>,
  mayHold: (file: string) => boolean,
): StateFaults {
  const unknown: SourceFault[] = [];
  const others: SourceFault[] = [];
  const sort = (fault: SourceFault, isUnknown: boolean): void => {
    if (!isUnknown || !mayHold(fault.file)) others.push(fault);
    else unknown.push({ ...fault, message: `${fault.message}; ${UNTIL_KNOWN}` });
  };
  for (const fault of folders) sort(fault, true);
  for (const { fault, isUnknown = false } of files) if (fault) sort(fault, isUnknown);
  return { unknown, others };
}
