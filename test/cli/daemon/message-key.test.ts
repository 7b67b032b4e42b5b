import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMessageKey } from '../../../src/cli/daemon/message-key.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'message-key-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('readMessageKey', () => {
  it.each([
    ['0123456789abcdef', '0123456789abcdef'],
    ['0123456789abcdef\n', '0123456789abcdef'],
    ['0123456789abcdef\r\n', '0123456789abcdef'],
    ['\x80\xff23456789abcdef\n\n', '\x80\xff23456789abcdef\n'],
  ])('reads %j', async (text, key) => {
    await writeFile(join(folder, 'key'), text, 'latin1');
    expect(await readMessageKey(join(folder, 'key'))).toEqual(Uint8Array.from(Buffer.from(key, 'latin1')));
  });

  it('reads nothing where none is configured', async () => {
    expect(await readMessageKey(undefined)).toBeUndefined();
  });

  it('refuses a key that is too short, or not there', async () => {
    await writeFile(join(folder, 'key'), 'secret\n');
    await expect(readMessageKey(join(folder, 'key'))).rejects.toThrow(/has 6 octets: write 16 or more/);
    await expect(readMessageKey(join(folder, 'none'))).rejects.toThrow(
      /cannot read the key in --message-key-file .*ENOENT/,
    );
  });
});
