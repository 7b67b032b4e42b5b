import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../test/lab/eventually.ts';
import { prefixTexts } from './prefixes.ts';
import { RECEIVER, SENDER } from './receiver.ts';
import type { Sender } from './sender.ts';
import { Vty } from './vty.ts';

const CONFIGURATION = (count: number): string => `
ip prefix-list NONE deny any
router bgp ${SENDER.as}
 bgp router-id ${SENDER.address}
 no bgp ebgp-requires-policy
 no bgp network import-check
 coalesce-time 0
 neighbor ${RECEIVER.address} remote-as ${RECEIVER.as}
 neighbor ${RECEIVER.address} passive
 address-family ipv4 unicast
${prefixTexts(count)
  .map((prefix) => `  network ${prefix}`)
  .join('\n')}
 exit-address-family
`;

/** FRR's bgpd. Without `coalesce-time 0` it would wait for a second before it says anything. */
export const FRR_SENDER: Sender = {
  name: 'frr',
  async start({ member, folder }, count) {
    const file = join(folder, 'bgpd.conf');
    await writeFile(file, CONFIGURATION(count));
    const args = ['-S', '-Z', '-P', '0', '-f', file, '-i', join(folder, 'bgpd.pid'), '--vty_socket', folder];
    member.spawn('/usr/lib/frr/bgpd', args, { stdio: 'ignore' });
    const patience = { timeoutMs: 60_000 };
    const vty = await eventually('FRR answers', () => Vty.connect(join(folder, 'bgpd.vty')), patience);
    const hasAll = async () => {
      const shown = await vty.ask('show bgp ipv4 unicast statistics json');
      return new RegExp(`"totalPrefixes":${count}\\b`).test(shown.replaceAll(' ', '')) ? true : undefined;
    };
    await eventually('FRR has all routes', hasAll, patience);
    const configure = async (...lines: readonly string[]) => {
      for (const line of ['configure terminal', `router bgp ${SENDER.as}`, ...lines, 'end']) await vty.ask(line);
    };
    return {
      add: (prefix) => configure('address-family ipv4 unicast', `network ${prefix}`),
      withdrawAll: () => configure('address-family ipv4 unicast', `neighbor ${RECEIVER.address} prefix-list NONE out`),
    };
  },
};
