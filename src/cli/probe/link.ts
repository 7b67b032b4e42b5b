import { type Address, formatAddress, parseAddress } from '../../ip/address.ts';
import { parsePrefix, prefixContains } from '../../ip/prefix.ts';
import type { NetworkInterface } from '../../os/network-interface.ts';

/** Where an address is asked for. */
export interface ProbeLink {
  readonly interface: NetworkInterface;
  /** Our own address there, which the question is asked from. */
  readonly local: Address;
}

/** The interface of this machine that has the address itself. */
export function ownerOf(address: Address, interfaces: readonly NetworkInterface[]): NetworkInterface | undefined {
  const text = formatAddress(address);
  return interfaces.find(({ addresses }) => addresses.some((each) => each.replace(/\/.*/, '') === text));
}

/** The interfaces that can be asked on: up, Ethernet, and no port of another one. */
export function askable(interfaces: readonly NetworkInterface[]): readonly NetworkInterface[] {
  return interfaces.filter(
    ({ up, loopback, noArp, master, mac }) => up && !loopback && !noArp && !master && mac !== '',
  );
}

/** The interface in whose subnet the address is, by the longest prefix; undefined where a router is in between. */
export function linkOf(address: Address, interfaces: readonly NetworkInterface[]): ProbeLink | undefined {
  const links = askable(interfaces).flatMap((each) =>
    each.addresses.flatMap((text) => {
      const prefix = parsePrefix(text);
      return prefixContains(prefix, address) ? [{ link: linkBy(each, text), length: prefix.length }] : [];
    }),
  );
  return links.sort((a, b) => b.length - a.length)[0]?.link;
}

/** An interface that people name, whatever its subnets; undefined where it has no address to ask from. */
export function linkOn(address: Address, target: NetworkInterface): ProbeLink | undefined {
  const within = linkOf(address, [target]);
  if (within !== undefined) return within;
  const text = target.addresses.find((each) => each.includes(':') === (address.family === 'IPv6'));
  return text === undefined ? undefined : linkBy(target, text);
}

function linkBy(target: NetworkInterface, text: string): ProbeLink {
  return { interface: target, local: parseAddress(text.replace(/\/.*/, '')) };
}
