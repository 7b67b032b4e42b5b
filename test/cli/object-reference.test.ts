import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/cli/exit-codes.ts';
import { parseReference } from '../../src/cli/object-reference.ts';

describe('parseReference', () => {
  it.each([
    ['service/web', 'Service', { namespace: 'default', name: 'web' }],
    ['svc/web', 'Service', { namespace: 'default', name: 'web' }],
    ['Services/team-a/web', 'Service', { namespace: 'team-a', name: 'web' }],
    ['IPAddressPool/public', 'IPAddressPool', { name: 'public' }],
    ['ipaddresspools/public', 'IPAddressPool', { name: 'public' }],
    ['bpool/public', 'IPAddressPool', { name: 'public' }],
    ['pool/public', 'IPAddressPool', { name: 'public' }],
    ['bl2/default', 'L2Advertisement', { name: 'default' }],
    ['node/n1', 'Node', { name: 'n1' }],
    ['endpointslices/default/web-1', 'EndpointSlice', { namespace: 'default', name: 'web-1' }],
  ])('%s', (text, kind, key) => {
    const reference = parseReference(text);
    expect(reference.kind.kind).toBe(kind);
    expect(reference.key).toEqual(key);
  });

  it.each([
    ['', /write KIND\/NAME/],
    ['web', /^"web" names no object: write KIND\/NAME/],
    ['service', /write KIND\/NAME/],
    ['service/', /write KIND\/NAME/],
    ['service//web', /write KIND\/NAME/],
    ['service/a/b/c', /write KIND\/NAME/],
    ['pool/a/b', /has a namespace, but IPAddressPool belongs to none: write pool\/b/],
    ['sevrice/web', /no kind "sevrice": did you mean service\?$/],
    ['constructor/x', /no kind "constructor": known are IPAddressPool, .*, Service, /],
  ])('refuses "%s" and says what to write', (text, message) => {
    expect(() => parseReference(text)).toThrow(CommandError);
    expect(() => parseReference(text)).toThrow(message);
  });
});
