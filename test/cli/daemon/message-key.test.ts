import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMessageSecrets } from '../../../src/cli/daemon/message-key.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'message-key-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('readMessageSecrets', () => {
  const [one, other] = ['0123456789abcdef', '\x80\xff23456789abcdef'];

  it.each([
    [one, [one]],
    [`${one}\n`, [one]],
    [`${one}\r\n\n`, [one]],
    [`${other}\n${one}\n`, [other, one]],
    [`unsigned\n${one}`, ['unsigned', one]],
    [`${one}\r\nunsigned\r\n`, [one, 'unsigned']],
  ])('reads %j', async (text, keys) => {
    await writeFile(join(folder, 'key'), text, 'latin1');
    const expected = keys.map((key) => (key === 'unsigned' ? key : Uint8Array.from(Buffer.from(key, 'latin1'))));
    expect(await readMessageSecrets(join(folder, 'key'))).toEqual(expected);
  });

  it('reads nothing where none is configured', async () => {
    expect(await readMessageSecrets(undefined)).toBeUndefined();
  });

  it.each([
    ['secret\n', /line 1 of .* has 6 octets: write 16 or more/],
    [`${one}\n\nUnsigned\n`, /line 3 of .* has 8 octets/],
    ['\n', /there is no key in --message-key-file/],
    ['unsigned\n', /there is no key in --message-key-file/],
  ])('refuses %j', async (text, reason) => {
    await writeFile(join(folder, 'key'), text);
    await expect(readMessageSecrets(join(folder, 'key'))).rejects.toThrow(reason);
  });

  it('refuses a file that is not there', async () => {
    const none = readMessageSecrets(join(folder, 'none'));
    await expect(none).rejects.toThrow(/cannot read the key in --message-key-file .*ENOENT/);
  });
});
