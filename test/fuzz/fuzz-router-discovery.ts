import { decodeRouterMessage } from '../../src/speaker/ndp/router-message.ts';
import { RouterNeighbours } from '../../src/speaker/ndp/router-neighbours.ts';
import type { Random } from '../sim/random.ts';
import { routerFrame } from '../speaker/ndp/router-frame.ts';
import { mutate } from './mutation.ts';

const CORPUS: readonly Uint8Array[] = [
  routerFrame(),
  routerFrame({ type: 133 }),
  routerFrame({ options: '' }),
  routerFrame({ from: '2001:db8::1' }),
];
/** A link between two has no more routers than that. */
const MOST = 8;

/**
 * Has an interface hear so many messages of router discovery, a millisecond apart. Returns how many were none.
 *
 * @throws Error for whatever is thrown, and for more routers than are remembered
 */
export function fuzzRouterDiscovery(count: number, random: Random): number {
  const neighbours = new RouterNeighbours();
  let dropped = 0;
  for (let now = 0; now < count; now++) {
    const input = mutate(CORPUS, random);
    try {
      const decoded = decodeRouterMessage(input);
      if (!decoded.ok) dropped += 1;
      else if (decoded.message.type === 'RouterAdvertisement') {
        const { sourceAddress: address, source: mac, lifetime } = decoded.message;
        neighbours.heard({ address, mac, lifetime }, now);
      }
      const known = neighbours.addresses().length;
      if (known > MOST) throw new Error(`${known} routers are remembered`);
    } catch (error) {
      throw new Error(`router-discovery ${Buffer.from(input).toString('hex')}: ${String(error)}`, { cause: error });
    }
  }
  return dropped;
}
