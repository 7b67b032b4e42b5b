import { bird } from './bird.ts';
import { eos } from './eos.ts';
import { frr } from './frr.ts';
import { gobgp } from './gobgp.ts';
import { iosXe } from './ios-xe.ts';
import { junos } from './junos.ts';
import { openbgpd } from './openbgpd.ts';
import type { RouterSide } from './router-side.ts';

/** Whose configuration can be written. */
export const VENDORS = ['frr', 'bird', 'gobgp', 'openbgpd', 'eos', 'ios-xe', 'junos'] as const;

/** See {@link VENDORS}. */
export type Vendor = (typeof VENDORS)[number];

const GENERATORS: Readonly<Record<Vendor, (router: RouterSide) => string>> = {
  frr,
  bird,
  gobgp,
  openbgpd,
  eos,
  'ios-xe': iosXe,
  junos,
};

/** The configuration of a router. Equal routers give equal text. */
export function routerConfiguration(vendor: Vendor, router: RouterSide): string {
  return GENERATORS[vendor](router);
}
