import { objectName } from '../../api/fields/metadata.ts';
import { CommandError } from '../exit-codes.ts';

/**
 * Checks the name of a Node.
 *
 * @param what what the name is, for the message
 * @throws CommandError where no Node can have it
 */
export function nodeName(name: string, what: string, remedy = ''): string {
  const parsed = objectName.safeParse(name);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ message }) => message).join('; ');
  throw new CommandError(`${what} ${reasons}${remedy ? `; ${remedy}` : ''}`);
}

/** The name that the kubelet gives the Node of a host: its own, in lower case. @throws CommandError */
export function hostNodeName(hostname: string): string {
  return nodeName(hostname.toLowerCase(), `the host name ${hostname}`, 'give the name of the Node with --node NAME');
}
