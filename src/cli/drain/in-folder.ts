import { isDrained } from '../../announcement/eligibility.ts';
import { type Node, NodeKind } from '../../api/kubernetes/node.ts';
import { SpeakerStatusKind } from '../../api/speaker-status.ts';
import type { LocatedObject, ObjectSource } from '../../store/directory/documents.ts';
import { formatFault } from '../../store/directory/source-fault.ts';
import { readPaths } from '../../store/directory/source-paths.ts';
import type { CommandContext } from '../context.ts';
import { openDirectory } from '../directory.ts';
import { CommandError } from '../exit-codes.ts';
import { drainEdit, type FileEdit, undrainEdit } from './drain-edit.ts';

/** A folder that `berth standalone` runs on. */
export interface DrainedFolder {
  readonly dir: string;
  readonly stateDir?: string | undefined;
}

/**
 * Says what to write into the folder so that a node is drained, or is not any more: the files are people's, as often as
 * not copies of what is kept elsewhere, and would be laid out anew if they were written by a program.
 *
 * @throws CommandError unless the folder says already what is wanted
 */
export async function wantDrainedInFolder(
  { stdout }: Pick<CommandContext, 'stdout'>,
  node: string,
  wanted: boolean,
  folder: DrainedFolder,
): Promise<void> {
  const found = await nodeIn(folder.dir, node);
  if (found === undefined) await checkKnown(folder, node);
  if ((found !== undefined && isDrained(found.object.metadata)) === wanted) {
    stdout.write(
      `node/${node} is ${wanted ? 'drained' : 'not drained'}, as ${folder.dir} says: nothing is to be done\n`,
    );
    return;
  }
  const done = wanted ? `to drain ${node}` : `to undrain ${node}`;
  const what = found === undefined ? newFileText(node) : editText(wanted ? drainEdit(found) : undrainEdit(found));
  throw new CommandError(`Berth does not write the files of ${folder.dir}, which are yours: ${done}, ${what}`);
}

type LocatedNode = LocatedObject & { readonly object: Node; readonly source: ObjectSource };

/** @throws CommandError where there is none, and it may be in what cannot be read */
async function nodeIn(dir: string, name: string): Promise<LocatedNode | undefined> {
  const { objects, faults } = await readPaths([dir], { keepsSources: true });
  const found = objects.find(({ kind, object }) => kind === NodeKind && object.metadata.name === name);
  if (found?.source !== undefined) return found as LocatedNode;
  if (faults.length === 0) return undefined;
  throw new CommandError(`cannot tell what ${dir} says of node ${name}: ${faults.map(formatFault).join('; ')}`);
}

/** A folder need not have Nodes: those on which a speaker runs are known without. @throws CommandError */
async function checkKnown({ dir, stateDir }: DrainedFolder, name: string): Promise<void> {
  const store = await openDirectory(dir, stateDir);
  try {
    const lists = await Promise.all([store.list(NodeKind), store.list(SpeakerStatusKind)]);
    const known = [...new Set(lists.flat().map(({ metadata }) => metadata.name))].sort();
    if (known.includes(name)) return;
    const others = known.length === 0 ? 'it knows none' : `it knows ${known.join(', ')}`;
    throw new CommandError(`${dir} knows no node ${name}, by a Node or by a speaker: ${others}`);
  } finally {
    await store.close();
  }
}

function editText({ file, line, action, lines }: FileEdit): string {
  return [`at ${file}:${line} ${action}`, ...lines].join('\n');
}

/** A node without a Node object is selected by this label all the same: it must not lose it. */
function newFileText(name: string): string {
  return [
    'add a file with',
    'apiVersion: v1',
    'kind: Node',
    'metadata:',
    `  name: ${name}`,
    '  labels:',
    `    kubernetes.io/hostname: ${name}`,
    '  annotations:',
    '    berth.dev/drain: ""',
  ].join('\n');
}
