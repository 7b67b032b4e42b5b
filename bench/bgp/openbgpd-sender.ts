import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../test/lab/eventually.ts';
import { prefixTexts } from './prefixes.ts';
import { RECEIVER, SENDER } from './receiver.ts';
import type { Sender } from './sender.ts';

const CONFIGURATION = (socket: string): string => `
AS ${SENDER.as}
router-id ${SENDER.address}
fib-update no
listen on ${SENDER.address}
socket "${socket}"
neighbor ${RECEIVER.address} {
  remote-as ${RECEIVER.as}
  passive
}
allow from any
allow to any
`;

/** OpenBGPD, told of its routes in bulk: that is what it takes fastest, and with the least memory. */
export const OPENBGPD_SENDER: Sender = {
  name: 'openbgpd',
  async start({ member, folder }, count) {
    const file = join(folder, 'openbgpd.conf');
    const socket = join(folder, 'openbgpd.sock');
    await writeFile(file, CONFIGURATION(socket));
    await chmod(file, 0o600);
    // What its processes change their root to.
    await mkdir('/run/openbgpd', { recursive: true });
    member.spawn('/usr/sbin/bgpd', ['-d', '-f', file], { stdio: 'ignore' });
    const control = (...args: readonly string[]) => member.run('bgpctl', '-s', socket, ...args);
    await eventually('OpenBGPD answers', () => control('show', 'summary'));
    const bulk = member.spawn('bgpctl', ['-s', socket, 'network', 'bulk', 'add'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    bulk.stdin?.end(`${prefixTexts(count).join('\n')}\n`);
    const hasAll = async () => {
      const shown = await control('show', 'rib', 'memory');
      return new RegExp(`^ +${count} IPv4 unicast network entries`, 'm').test(shown) ? true : undefined;
    };
    await eventually('OpenBGPD has all routes', hasAll, { timeoutMs: 60_000 });
    return {
      add: async (prefix) => {
        await control('network', 'add', prefix);
      },
      withdrawAll: async () => {
        await control('network', 'flush');
      },
    };
  },
};
