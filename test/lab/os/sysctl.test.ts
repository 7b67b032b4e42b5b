import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { readSysctl, writeSysctl } from '../../../src/os/sysctl.ts';
import { ip } from '../network.ts';

const run = promisify(execFile);

afterEach(() => ip('link', 'delete', 'lab.0').catch(() => undefined));

describe('writeSysctl', () => {
  it('changes a setting of an interface with a dot in its name, and of no other', async () => {
    await ip('link', 'add', 'lab.0', 'type', 'veth', 'peer', 'name', 'lab1');
    const path = 'net/ipv4/conf/lab.0/arp_ignore';
    expect(readSysctl(path)).toBe('0');
    writeSysctl(path, 1);
    expect(readSysctl(path)).toBe('1');
    expect((await run('cat', [`/proc/sys/${path}`])).stdout).toBe('1\n');
    expect(readSysctl('net/ipv4/conf/lab1/arp_ignore')).toBe('0');
  });

  it('tells when the kernel refuses a value', () => {
    const path = 'net/ipv4/conf/lo/arp_ignore';
    expect(() => writeSysctl(path, 'much')).toThrow(
      expect.objectContaining({
        code: 'EINVAL',
        message: expect.stringContaining(`cannot write "much" to /proc/sys/${path}`),
      }),
    );
    expect(readSysctl(path)).toBe('0');
  });
});
