import { beforeEach, describe, expect, it } from 'vitest';
import type { LogFields } from '../../../src/log/logger.ts';
import { silentLogger } from '../../../src/log/silent.ts';
import type { RoleReport } from '../../../src/speaker/wire/messages.ts';
import { WireLog } from '../../../src/speaker/wire-thread/log.ts';

const roles = (role: RoleReport['role'], cause: RoleReport['cause'], count: number, link = 'eth0') =>
  Array.from({ length: count }, (_, index): RoleReport => {
    const address = `192.0.2.${index}`;
    return { address, interface: link, role, cause, node: undefined, after: undefined };
  });

describe('WireLog', () => {
  let lines: [message: string, fields: LogFields | undefined][];
  let log: WireLog;

  beforeEach(() => {
    lines = [];
    const info = (message: string, fields?: LogFields) => void lines.push([message, fields]);
    const metrics = { tookOver() {}, caredFor() {} };
    log = new WireLog({ ...silentLogger, info }, metrics, (address) => [`default/${address}`]);
  });
  const tell = (...reports: readonly RoleReport[]) => log.tell({ roles: reports, strangers: [] });

  it('tells of each address, for which Services and why', () => {
    tell(...roles('Owner', 'Placed', 1));
    tell(...roles('Held', 'Paused', 1));
    expect(lines).toEqual([
      [
        'answering for an address',
        { address: '192.0.2.0', services: ['default/192.0.2.0'], interface: 'eth0', cause: 'Placed' },
      ],
      ['fell silent for an address', { address: '192.0.2.0', interface: 'eth0', cause: 'Paused' }],
    ]);
  });

  it('does not tell that an address for which it did not answer is silent', () => {
    tell(...roles('Standby', 'ClaimedByPeer', 1));
    expect(lines).toEqual([]);
  });

  it('tells of a hundred addresses one by one, and how many more are alike', () => {
    tell(...roles('Owner', 'Resumed', 250), ...roles('Owner', 'Resumed', 30, 'eth1'));
    expect(lines).toHaveLength(100 + 30 + 1);
    expect(lines.at(-1)).toEqual([
      'answering for an address, and for others alike: see "berth get addresses"',
      { interface: 'eth0', cause: 'Resumed', more: 150 },
    ]);
  });

  it('knows of those too that it did not tell of', () => {
    tell(...roles('Owner', 'Resumed', 250));
    lines = [];
    tell(...roles('Held', 'Paused', 250).slice(200));
    expect(lines).toHaveLength(50);
  });
});
