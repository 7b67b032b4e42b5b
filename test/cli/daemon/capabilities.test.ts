import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertMaySpeak, missingCapabilities, NET_ADMIN, NET_RAW } from '../../../src/cli/daemon/capabilities.ts';

const status = (mask: string): string =>
  `Name:\tnode\nCapPrm:\t0000000000000000\nCapEff:\t${mask}\nCapBnd:\t000001ffffffffff\n`;

describe('missingCapabilities', () => {
  it.each([
    ['000001ffffffffff', []],
    ['0000000000003000', []],
    ['0000000000001000', ['CAP_NET_RAW (to answer ARP)']],
    ['0000000000002000', ['CAP_NET_ADMIN (to put addresses on lo)']],
    ['0000000000000000', ['CAP_NET_RAW (to answer ARP)', 'CAP_NET_ADMIN (to put addresses on lo)']],
  ])('of %s', (mask, missing) => {
    expect(missingCapabilities([NET_RAW, NET_ADMIN], status(mask))).toEqual(missing);
  });

  it('asks for no more than is needed', () => {
    expect(missingCapabilities([NET_RAW], status('0000000000002000'))).toEqual([]);
  });

  it('lets a system without capabilities try', () => {
    expect(missingCapabilities([NET_RAW], 'Name:\tnode\n')).toEqual([]);
  });
});

describe('assertMaySpeak', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-capabilities-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('says what is missing and what to do', async () => {
    const file = join(folder, 'status');
    await writeFile(file, status('0000000000000000'));
    await expect(assertMaySpeak([NET_RAW], ', or give up', file)).rejects.toThrow(
      'missing CAP_NET_RAW (to answer ARP): run as root or with this capability, or give up',
    );
    await writeFile(file, status('0000000000002000'));
    await assertMaySpeak([NET_RAW], '', file);
  });
});
