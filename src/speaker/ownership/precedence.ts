import { hash } from 'node:crypto';

/**
 * Whether the first of two MAC addresses keeps an address that both answer for. Every node that hears both comes to the
 * same result from the frames alone: the greater SHA-256 of address, NUL and MAC address, as text, wins.
 */
export function prevails(address: string, mac: string, other: string): boolean {
  const [ours, theirs] = [mac, other].map((each) => hash('sha256', `${address}\0${each.toLowerCase()}`, 'hex'));
  return (ours ?? '') > (theirs ?? '');
}
