import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../test/lab/eventually.ts';
import { mrtDump } from './mrt.ts';
import { prefixTexts } from './prefixes.ts';
import { RECEIVER, SENDER } from './receiver.ts';
import type { Sender } from './sender.ts';

const CONFIGURATION = `
[global.config]
  as = ${SENDER.as}
  router-id = "${SENDER.address}"
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${RECEIVER.address}"
    peer-as = ${RECEIVER.as}
  [neighbors.transport.config]
    passive-mode = true
`;

/** GoBGP, told of its routes by a dump: twice, since it loses some at the end (measured, and each has them once). */
export const GOBGP_SENDER: Sender = {
  name: 'gobgp',
  async start({ member, folder }, count) {
    const path = (name: string) => join(folder, name);
    await writeFile(path('gobgpd.toml'), CONFIGURATION);
    const prefixes = prefixTexts(count);
    const from = { address: 0xc000020b, as: SENDER.as };
    await writeFile(path('up.mrt'), mrtDump(prefixes, from));
    await writeFile(path('down.mrt'), mrtDump([...prefixes].reverse(), from));
    member.spawn('gobgpd', ['-f', path('gobgpd.toml'), '--api-hosts', '127.0.0.1:50051'], { stdio: 'ignore' });
    const control = (...args: readonly string[]) => member.run('gobgp', ...args);
    await eventually('GoBGP answers', () => control('global'));
    const hasAll = async () =>
      new RegExp(`Destination: ${count},`).test(await control('global', 'rib', 'summary')) ? true : undefined;
    for (const file of ['up.mrt', 'down.mrt']) await control('mrt', 'inject', 'global', path(file));
    await eventually('GoBGP has all routes', hasAll, { timeoutMs: 60_000 });
    return {
      add: async (prefix) => {
        await control('global', 'rib', 'add', prefix);
      },
      withdrawAll: async () => {
        await control('global', 'rib', 'del', 'all');
      },
    };
  },
};
