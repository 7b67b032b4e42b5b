import { describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/log/logger.ts';
import { raiseArpSysctls } from '../../../src/speaker/node/arp-sysctls.ts';

const IGNORE = 'net/ipv4/conf/all/arp_ignore';
const ANNOUNCE = 'net/ipv4/conf/all/arp_announce';

function kernel(values: Record<string, string>, refuse = '') {
  const settings = new Map(Object.entries(values));
  const warnings: unknown[] = [];
  const silent = () => {};
  const warn: Logger['warn'] = (message, fields) => void warnings.push([message, fields]);
  const logger: Logger = { error: silent, warn, info: silent, debug: silent, with: () => logger };
  const access = {
    read: (path: string) => settings.get(path) ?? '',
    write: (path: string, value: string) => {
      if (refuse) throw new Error(refuse);
      settings.set(path, value);
    },
  };
  return { settings, warnings, logger, access };
}

describe('raiseArpSysctls', () => {
  it.each([
    ['0', '0', '1', '2'],
    ['1', '1', '1', '2'],
    ['2', '2', '2', '2'],
    ['8', '0', '8', '2'],
  ])('makes of arp_ignore %s and arp_announce %s for the time being %s and %s', (ignore, announce, raised, told) => {
    const { settings, access, logger, warnings } = kernel({ [IGNORE]: ignore, [ANNOUNCE]: announce });
    const restore = raiseArpSysctls(access, logger);
    expect([settings.get(IGNORE), settings.get(ANNOUNCE)]).toEqual([raised, told]);
    restore();
    expect([settings.get(IGNORE), settings.get(ANNOUNCE)]).toEqual([ignore, announce]);
    expect(warnings).toEqual([]);
  });

  it('warns once, of both, where it may not', () => {
    const { settings, access, logger, warnings } = kernel({ [IGNORE]: '0', [ANNOUNCE]: '0' }, 'EROFS');
    raiseArpSysctls(access, logger)();
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify(warnings)).toMatch(/arp_ignore=1.*arp_announce=2/);
    expect(settings.get(IGNORE)).toBe('0');
  });
});
