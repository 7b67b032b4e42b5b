import type { Service } from '../api/kubernetes/service.ts';
import type { IPFamily } from '../ip/family.ts';

/** Which families a Service wants its addresses in. */
export interface FamilyRequest {
  readonly policy: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';
  /**
   * The families of its cluster IPs, primary first: one or two. With two and PreferDualStack either one alone will do,
   * the primary rather than the secondary.
   */
  readonly families: readonly IPFamily[];
}

/** One object for all Services that ask for one family. */
const SINGLE: Readonly<Record<IPFamily, FamilyRequest>> = {
  IPv4: { policy: 'SingleStack', families: ['IPv4'] },
  IPv6: { policy: 'SingleStack', families: ['IPv6'] },
};

/**
 * The families that a Service's cluster IPs have; a load balancer address without a cluster IP of its family would
 * reach nothing. What a Service that no API server has seen lacks is taken as the API server of a dual-stack cluster
 * would fill it in.
 */
export function familiesOf(spec: NonNullable<Service['spec']>, faults: string[]): FamilyRequest {
  const policy = spec.ipFamilyPolicy ?? 'SingleStack';
  const clusterIPs = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  if (clusterIPs.includes('None')) {
    faults.push('spec.clusterIP is None: a headless Service cannot have a load balancer address, give it a cluster IP');
    return { policy, families: [] };
  }
  if (clusterIPs.length > 0) {
    const families = familiesOfClusterIPs(clusterIPs, faults);
    const [only] = families;
    return policy === 'SingleStack' && only !== undefined && families.length === 1
      ? SINGLE[only]
      : { policy, families };
  }
  const named = spec.ipFamilies ?? [];
  const primary = named[0] ?? 'IPv4';
  if (policy === 'SingleStack') return SINGLE[primary];
  return { policy, families: primary === 'IPv4' ? ['IPv4', 'IPv6'] : ['IPv6', 'IPv4'] };
}

/** What fits the families of a request, where addresses of these families are named and do not. */
export function remedyForFamilies(named: readonly IPFamily[], { policy, families }: FamilyRequest): string {
  const [primary, secondary] = families;
  if (secondary !== undefined) {
    const single = named[0] === primary ? ', or set ipFamilyPolicy: SingleStack' : '';
    return `name one address of each family${single}`;
  }
  const other =
    named.length > 1 && policy === 'SingleStack'
      ? 'set ipFamilyPolicy: PreferDualStack'
      : "change the Service's ipFamilies";
  return `name an ${primary} address alone, or ${other}`;
}

/** The API server has parsed them; by their alphabet alone, without parsing them again, their family is certain. */
function familiesOfClusterIPs(clusterIPs: readonly string[], faults: string[]): readonly IPFamily[] {
  const families: IPFamily[] = [];
  for (const [index, text] of clusterIPs.entries()) {
    const family = IPV4_TEXT.test(text) ? 'IPv4' : IPV6_TEXT.test(text) ? 'IPv6' : undefined;
    if (family === undefined) faults.push(`spec.clusterIPs[${index}]: "${text}" is not an IP address`);
    else if (!families.includes(family)) families.push(family);
  }
  return families;
}

const IPV4_TEXT = /^[\d.]+$/;
const IPV6_TEXT = /^[\da-f:.]*:[\da-f:.]*$/i;
