import { createHash } from 'node:crypto';
import { CONTROLLER_LEASE } from './access.ts';

/** Of a class, so much is kept in the name of a Lease, which has 253 characters at most. */
const MOST_KEPT = 200;

/**
 * The name of the Lease for which the controllers of one class contend, in any process the same. A class that is not
 * part of a name as it stands (RFC 1123 subdomain) is made one, and told from others that look the same then by a hash.
 *
 * @param loadBalancerClass undefined for the Services without a class
 */
export function controllerLease(loadBalancerClass: string | undefined): string {
  if (loadBalancerClass === undefined) return CONTROLLER_LEASE;
  const part = loadBalancerClass
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MOST_KEPT)
    .replace(/^-|-$/g, '');
  const isSame = part === loadBalancerClass && part !== '';
  const hash = createHash('sha256').update(loadBalancerClass).digest('hex').slice(0, 8);
  return [CONTROLLER_LEASE, ...(part ? [part] : []), ...(isSame ? [] : [hash])].join('-');
}
