import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { takeAbstractName } from '../../src/os/abstract-socket.ts';

const name = (text: string) => `berth-test-${process.pid}-${text}`;

describe('takeAbstractName', () => {
  it('is for one at a time, and free again afterwards', () => {
    const release = takeAbstractName(name('a'));
    expect(() => takeAbstractName(name('a'))).toThrow(/^cannot take the abstract socket @berth-test-.*EADDRINUSE/);
    takeAbstractName(name('ab'))();
    release();
    release();
    takeAbstractName(name('a'))();
  });

  it('shows under its name', async () => {
    const release = takeAbstractName(name('b'));
    const { stdout } = await promisify(execFile)('cat', ['/proc/net/unix']);
    release();
    expect(stdout).toContain(`@${name('b')}\n`);
  });
});
