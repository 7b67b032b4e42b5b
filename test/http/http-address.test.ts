import { describe, expect, it } from 'vitest';
import { formatHttpAddress, HttpAddressError, parseHttpAddress } from '../../src/http/http-address.ts';

describe('parseHttpAddress', () => {
  it.each([
    ['127.0.0.1:7480', { host: '127.0.0.1', port: 7480 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:65535', { host: '::1', port: 65535 }],
    [':7480', { host: '::', port: 7480 }],
  ])('%s', (text, expected) => {
    expect(parseHttpAddress(text)).toEqual(expected);
  });

  it('off is no address', () => {
    expect(parseHttpAddress('off')).toBeUndefined();
  });

  it.each([
    '',
    '7480',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '::1:7480',
    '[::1]',
    '[127.0.0.1]:1',
    '[]:1',
    'a:-1',
    'a:1x',
  ])('refuses "%s" and shows what to write', (text) => {
    expect(() => parseHttpAddress(text)).toThrow(HttpAddressError);
    expect(() => parseHttpAddress(text)).toThrow(/127\.0\.0\.1:7480/);
  });
});

describe('formatHttpAddress', () => {
  it.each(['127.0.0.1:7480', '[::1]:7480', 'localhost:1'])('gives %s back', (text) => {
    const address = parseHttpAddress(text);
    expect(address && formatHttpAddress(address)).toBe(text);
  });
});
