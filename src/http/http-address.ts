import { isIP } from 'node:net';

/** Where to listen. Port 0 lets the kernel choose one. */
export interface HttpAddress {
  /** An IP address or a host name. */
  readonly host: string;
  readonly port: number;
}

/** Text that is not a `HOST:PORT`. */
export class HttpAddressError extends Error {
  override readonly name = 'HttpAddressError';
}

/**
 * Parses `HOST:PORT`, `[IPV6]:PORT`, `:PORT` (every address of the machine) or `off` (undefined).
 *
 * @throws HttpAddressError
 */
export function parseHttpAddress(text: string): HttpAddress | undefined {
  if (text === 'off') return undefined;
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) throw malformed(text);
  const [, bracketed, plain] = match;
  if (bracketed !== undefined && isIP(bracketed) !== 6) throw malformed(text);
  return { host: bracketed ?? (plain || '::'), port };
}

function malformed(text: string): HttpAddressError {
  return new HttpAddressError(`"${text}" is not HOST:PORT: write 127.0.0.1:7480, [::1]:7480, :7480 or off`);
}

/** The address as `HOST:PORT`, with brackets around IPv6. */
export function formatHttpAddress(address: HttpAddress): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
