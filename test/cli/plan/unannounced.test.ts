import { describe, expect, it } from 'vitest';
import type { AnnouncementPlan } from '../../../src/announcement/announcement-plan.ts';
import { unannouncedText } from '../../../src/cli/plan/unannounced.ts';

const nodes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    node: `n${index}`,
    reason: 'OffSubnet' as const,
    detail: 'far\noff',
  }));

function announcement(address: string, more: Partial<AnnouncementPlan>): AnnouncementPlan {
  const base = { service: 'default/web', protocol: 'l2', ranked: [], message: 'why', withheld: [] } as const;
  return { ...base, address, reason: 'NoEligibleNode', ...more };
}

describe('unannouncedText', () => {
  it.each<[string, readonly AnnouncementPlan[], readonly string[]]>([
    ['nothing of what is announced', [announcement('192.0.2.1', { reason: null, withheld: nodes(1) })], []],
    [
      'a line for each node',
      [announcement('192.0.2.1', { withheld: nodes(2) })],
      ['address 192.0.2.1 of default/web: NoEligibleNode', '  n0: OffSubnet: far off', '  n1: OffSubnet: far off'],
    ],
    [
      'five nodes, and how many more',
      [announcement('192.0.2.1', { reason: 'NoSpeaker', withheld: nodes(7) })],
      [
        'address 192.0.2.1 of default/web: NoSpeaker',
        ...[0, 1, 2, 3, 4].map((index) => `  n${index}: OffSubnet: far off`),
        '  and 2 more',
      ],
    ],
    [
      'the message alone where no node is to blame',
      [announcement('192.0.2.1', { reason: 'NoAdvertisement', withheld: nodes(2) })],
      ['address 192.0.2.1 of default/web: why'],
    ],
    [
      'once what is true of several addresses',
      ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].map((address) =>
        announcement(address, { withheld: nodes(1) }),
      ),
      [
        'addresses 192.0.2.1 of default/web, 192.0.2.2 of default/web, 192.0.2.3 of default/web and 1 more: NoEligibleNode',
        '  n0: OffSubnet: far off',
      ],
    ],
  ])('says %s', (_, announcements, lines) => {
    expect(unannouncedText(announcements)).toBe(lines.map((line) => `${line}\n`).join(''));
  });
});
