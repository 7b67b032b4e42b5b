import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MulticastListener, openMulticastListener } from '../../../src/os/multicast-listener.ts';
import { report } from '../../../src/speaker/mld/report.ts';
import { eventually } from '../eventually.ts';
import { ip } from '../network.ts';

const GROUP = 0xff02_0000_0000_0000_0000_0001_ff00_0050n;
const SILENT = { onQuery: () => {}, onError: () => {} };

let listener: MulticastListener | undefined;

beforeEach(async () => {
  await ip('link', 'add', 'lab0', 'type', 'veth', 'peer', 'name', 'lab1');
  for (const name of ['lab0', 'lab1']) await ip('link', 'set', name, 'up');
});

afterEach(async () => {
  listener?.close();
  await ip('link', 'delete', 'lab0').catch(() => undefined);
});

async function lab0(): Promise<{ readonly ifindex: number; readonly allmulti?: number }> {
  const [link] = JSON.parse(await ip('-j', '-d', 'link', 'show', 'lab0')) as [{ ifindex: number }];
  return link;
}

describe('openMulticastListener', () => {
  it('lets all groups in while it is open', async () => {
    const { ifindex } = await lab0();
    listener = openMulticastListener({ interfaceIndex: ifindex, ...SILENT });
    expect(await lab0()).toMatchObject({ allmulti: 1 });
    listener.close();
    await eventually('the interface is as before', async () => ((await lab0()).allmulti === 0 ? true : undefined));
  });

  it('says that nothing can be sent while the link is down', async () => {
    const { ifindex } = await lab0();
    const errors: string[] = [];
    listener = openMulticastListener({
      interfaceIndex: ifindex,
      ...SILENT,
      onError: ({ message }) => errors.push(message),
    });
    await ip('link', 'set', 'lab0', 'down');
    const { bytes, destination } = report([{ type: 'ToExclude', group: GROUP }]);
    listener.send(bytes, { family: 'IPv6', value: destination });
    expect(errors.join()).toContain('cannot send an MLD message');
  });

  it('says that the interface is gone', () => {
    expect(() => openMulticastListener({ interfaceIndex: 4_000_000, ...SILENT })).toThrow(
      expect.objectContaining({ code: 'ENODEV' }),
    );
  });
});
