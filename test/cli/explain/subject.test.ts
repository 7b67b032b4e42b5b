import { describe, expect, it } from 'vitest';
import { keyText } from '../../../src/api/object.ts';
import { parseSubject } from '../../../src/cli/explain/subject.ts';
import { formatAddress } from '../../../src/ip/address.ts';

function text(first: string, second?: string, namespace?: string): string {
  const subject = parseSubject(first, second, namespace);
  return subject.kind === 'Address'
    ? `Address ${formatAddress(subject.address)}`
    : `${subject.kind.kind} ${keyText(subject.key)}`;
}

describe('parseSubject', () => {
  it.each<[readonly [string, string?, string?], string]>([
    [['service/web'], 'Service default/web'],
    [['svc/web'], 'Service default/web'],
    [['services', 'web'], 'Service default/web'],
    [['Service', 'team-a/web'], 'Service team-a/web'],
    [['svc', 'team-a/web', 'team-b'], 'Service team-a/web'],
    [['svc', 'web', 'team-b'], 'Service team-b/web'],
    [['pool', 'public', 'team-b'], 'IPAddressPool public'],
    [['bpool', 'public'], 'IPAddressPool public'],
    [['ipaddresspools/public'], 'IPAddressPool public'],
    [['ing', 'shop'], 'Ingress default/shop'],
    [['ingress/shop'], 'Ingress default/shop'],
    [['ingresses/team-a/shop'], 'Ingress team-a/shop'],
    [['gateway/edge'], 'Gateway default/edge'],
    [['gtw', 'edge', 'team-a'], 'Gateway team-a/edge'],
    [['node/n1'], 'Node n1'],
    [['no', 'n1'], 'Node n1'],
    [['speaker/n1'], 'Node n1'],
    [['bspk', 'n1'], 'Node n1'],
    [['address/192.0.2.1'], 'Address 192.0.2.1'],
    [['addr', '2001:DB8::1'], 'Address 2001:db8::1'],
  ])('%j is %s', (words, expected) => {
    expect(text(...words)).toBe(expected);
  });

  it.each<[readonly [string, string?], RegExp]>([
    [['service'], /names no object: write KIND\/NAME/],
    [['servce/web'], /no kind "servce": did you mean service\?/],
    [
      ['namespace/team-a'],
      /^Namespace cannot be explained: explain knows service, pool, ingress, gateway, address, peer and node$/,
    ],
    [['pool/a/b'], /has a namespace, but IPAddressPool belongs to none/],
    [['address/web'], /web/],
    [['address/192.0.2.0/24'], /192\.0\.2\.0\/24/],
  ])('%j is refused', (words, expected) => {
    expect(() => text(...words)).toThrow(expected);
  });
});
