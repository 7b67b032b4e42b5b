import { type Address, formatAddress, parseAddress } from '../../ip/address.ts';
import { RawSocketMissingError } from '../../os/icmp-socket.ts';
import { watchInterfaces } from '../../os/interfaces.ts';
import type { NetworkInterface } from '../../os/network-interface.ts';
import type { CommandContext } from '../context.ts';
import { assertMaySpeak, NET_RAW } from '../daemon/capabilities.ts';
import { CommandError } from '../exit-codes.ts';
import { jsonText } from '../output.ts';
import { type Answer, askAll } from './answers.ts';
import { askable, linkOf, linkOn, ownerOf, type ProbeLink } from './link.ts';
import { findPath, type Path } from './path.ts';
import { isWell, type ProbeReport, reportText, verdictOf } from './report.ts';

/** The options of `berth probe` as the command line has them. */
export interface ProbeOptions {
  readonly interface?: string;
  readonly count: string;
  readonly icmp: boolean;
  readonly output: 'text' | 'json';
}

const MOST = 100;

/**
 * Asks the network for an address, and prints what came back.
 *
 * @returns whether exactly one machine answers, or, behind a router, whether the address does.
 * @throws CommandError
 */
export async function probe(context: CommandContext, text: string, options: ProbeOptions): Promise<boolean> {
  const address = addressFrom(text);
  const count = countFrom(options.count);
  const interfaces = await readInterfaces();
  const link = chooseLink(address, interfaces, options.interface);
  await assertMaySpeak([{ ...NET_RAW, purpose: 'to ask who answers' }]);
  const answers = link === undefined ? [] : await inOrder(askAll(link, address, count));
  const { path, pathMissing } = await tryPath(address, count, options.icmp);
  if (link === undefined && path === null) {
    throw new CommandError(`${text} is in no subnet of this machine, and ICMP cannot be tried: ${pathMissing}`);
  }
  const asked =
    link === undefined ? null : { interface: link.interface.name, from: formatAddress(link.local), questions: count };
  const verdict = verdictOf({ asked, answers, path });
  const report: ProbeReport = { address: formatAddress(address), verdict, asked, answers, path, pathMissing };
  context.stdout.write(options.output === 'json' ? jsonText(report) : reportText(report));
  return isWell(verdict);
}

function addressFrom(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
}

function countFrom(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MOST) return count;
  throw new CommandError(`--count ${text}: give a number from 1 to ${MOST}`);
}

async function readInterfaces(): Promise<readonly NetworkInterface[]> {
  const watch = await watchInterfaces(() => {});
  watch.stop();
  return watch.current();
}

function chooseLink(
  address: Address,
  interfaces: readonly NetworkInterface[],
  name: string | undefined,
): ProbeLink | undefined {
  const owner = ownerOf(address, interfaces);
  if (owner !== undefined) {
    throw new CommandError(
      `${formatAddress(address)} is on ${owner.name} of this machine, which would ask itself: probe from another`,
    );
  }
  if (name === undefined) return linkOf(address, interfaces);
  const target = interfaces.find((each) => each.name === name);
  if (target === undefined || !askable(interfaces).includes(target)) {
    const names = askable(interfaces).map((each) => each.name);
    const state = target === undefined ? 'there is no such interface' : 'it is down, or no Ethernet interface';
    throw new CommandError(`--interface ${name}: ${state}; those that can be asked on: ${names.join(', ') || 'none'}`);
  }
  const link = linkOn(address, target);
  if (link === undefined)
    throw new CommandError(`--interface ${name}: it has no ${address.family} address to ask from`);
  return link;
}

async function inOrder(answers: Promise<readonly Answer[]>): Promise<readonly Answer[]> {
  return [...(await answers)].sort((a, b) => a.rttMs - b.rttMs);
}

async function tryPath(
  address: Address,
  count: number,
  isWanted: boolean,
): Promise<{ readonly path: Path | null; readonly pathMissing: string | null }> {
  if (!isWanted) return { path: null, pathMissing: '--no-icmp was given' };
  try {
    return { path: await findPath(address, count), pathMissing: null };
  } catch (error) {
    if (!(error instanceof RawSocketMissingError)) throw error;
    return { path: null, pathMissing: error.message };
  }
}
