/** Options are counted in units of 8 octets (RFC 4861 section 4.6). */
const UNIT = 8;

/**
 * The options of a message that are 8 octets long, as link-layer addresses and nonces on Ethernet are: by type, their six
 * octets as an integer. Of several of one type the first counts. Longer ones are passed over.
 *
 * @returns undefined where one has length 0 or reaches beyond `end`: the message is to be dropped then
 */
export function optionsIn(view: DataView, start: number, end: number): ReadonlyMap<number, number> | undefined {
  const options = new Map<number, number>();
  let offset = start;
  while (offset < end) {
    if (offset + UNIT > end) return undefined;
    const type = view.getUint8(offset);
    const units = view.getUint8(offset + 1);
    if (units === 0 || offset + units * UNIT > end) return undefined;
    if (units === 1 && !options.has(type)) {
      options.set(type, view.getUint16(offset + 2) * 2 ** 32 + view.getUint32(offset + 4));
    }
    offset += units * UNIT;
  }
  return options;
}
