import { describe, expect, it } from 'vitest';
import { doneVersion1, RECORDS_A_REPORT, report, reportVersion1 } from '../../../src/speaker/mld/report.ts';
import { hex } from '../arp/frame-bytes.ts';
import { GROUP, integer } from '../ndp/frame-bytes.ts';

const group = integer(GROUP);
const octetsOfGroup = 'ff0200000000000000000001ff000050';

describe('MLD reports', () => {
  it('has a record for each group (RFC 3810 section 5.2)', () => {
    const { bytes, destination } = report([
      { type: 'IsExclude', group },
      { type: 'ToInclude', group },
      { type: 'ToExclude', group },
    ]);
    expect(destination).toBe(integer('ff02::16'));
    const records = [2, 3, 4].map((type) => `0${type}000000${octetsOfGroup}`);
    expect(bytes).toEqual(hex(`8f00000000000003${records.join('')}`));
  });

  it('fits into the smallest packet that every link takes, headers included', () => {
    const { bytes } = report(Array.from({ length: RECORDS_A_REPORT }, () => ({ type: 'IsExclude', group })));
    const spare = 1280 - (40 + 8 + bytes.length);
    expect(spare).toBeGreaterThanOrEqual(0);
    expect(spare).toBeLessThan(20);
  });

  it('tells routers of version 1 (RFC 2710 section 3)', () => {
    expect(reportVersion1(group)).toEqual({ destination: group, bytes: hex(`8300000000000000${octetsOfGroup}`) });
    const done = { destination: integer('ff02::2'), bytes: hex(`8400000000000000${octetsOfGroup}`) };
    expect(doneVersion1(group)).toEqual(done);
  });
});
