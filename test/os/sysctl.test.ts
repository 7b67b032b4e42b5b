import { describe, expect, it } from 'vitest';
import { readSysctl, writeSysctl } from '../../src/os/sysctl.ts';

const BAD_PATHS = [
  '',
  '/kernel/ostype',
  'kernel/',
  'kernel//ostype',
  '../self/status',
  'kernel/../../self',
  './kernel',
  'a b',
  'a\nb',
  'a\0b',
];

describe('readSysctl', () => {
  it('reads a setting without its newline', () => {
    expect(readSysctl('kernel/ostype')).toBe('Linux');
  });

  it('names the file that is not there', () => {
    expect(() => readSysctl('net/ipv4/conf/no.such-if/arp_ignore')).toThrow(
      expect.objectContaining({
        code: 'ENOENT',
        message: expect.stringContaining('cannot read /proc/sys/net/ipv4/conf/no.such-if/arp_ignore: ENOENT'),
      }),
    );
  });

  it.each(BAD_PATHS)('refuses the path %j', (path) => {
    expect(() => readSysctl(path)).toThrow(RangeError);
  });
});

describe('writeSysctl', () => {
  it.each(BAD_PATHS)('refuses the path %j', (path) => {
    expect(() => writeSysctl(path, 1)).toThrow(RangeError);
  });

  it('refuses a value of two lines', () => {
    expect(() => writeSysctl('kernel/ostype', '1\n2')).toThrow(RangeError);
  });

  it('creates nothing where there is no such setting', () => {
    expect(() => writeSysctl('net/ipv4/conf/no-such-if/arp_ignore', 1)).toThrow(
      expect.objectContaining({
        code: 'ENOENT',
        message: expect.stringContaining('cannot write "1" to /proc/sys/net'),
      }),
    );
  });
});
