import { printable } from '../../log/line.ts';
import { addressesFromBerth, type Leavings, nameOf } from './leavings.ts';

/** Most objects of a kind that are named before something is done to them. */
const SHOWN = 10;

/** Where Berth is uninstalled. */
export interface Place {
  /** `the cluster at https://…`, `the folder /etc/berth` */
  readonly name: string;
  readonly isFolder: boolean;
}

/** What is about to be done, for the person who has to agree. */
export function intentText(leavings: Leavings, release: boolean, where: Place): string {
  const { services, ingresses, pools, profiles, communities } = leavings;
  const daemon = where.isFolder ? 'berth standalone' : 'berth controller';
  const lines = [`In ${where.name}, where no ${daemon} may run meanwhile:`];
  const holders = services.filter((service) => addressesFromBerth(service).length > 0);
  const held = holders.map((service) => `${nameOf(service)} ${addressesFromBerth(service).join(',')}`);
  if (release) {
    lines.push(
      `  ${count(holders.length, 'Service loses its addresses', 'Services lose their addresses')}${named(held)}`,
    );
    if (services.length > holders.length)
      lines.push(`  ${services.length - holders.length} more lose Berth's conditions`);
    if (ingresses.length > 0) {
      const names = named(ingresses.map(nameOf));
      lines.push(`  ${count(ingresses.length, 'Ingress loses its address', 'Ingresses lose their address')}${names}`);
    }
  } else {
    lines.push(
      `  ${count(holders.length, 'Service keeps its addresses', 'Services keep their addresses')}${named(held)}`,
    );
  }
  const finalizers = count(pools.length, 'IPAddressPool loses its finalizer', 'IPAddressPools lose their finalizers');
  lines.push(`  ${finalizers}${named(pools.map(nameOf))}`);
  const used = [...profiles, ...communities];
  if (used.length > 0) {
    const finalizersToo = count(used.length, 'object for BGP loses its one', 'objects for BGP lose theirs');
    lines.push(`  ${finalizersToo}${named(used.map(nameOf))}`);
  }
  const dying = [...pools, ...used].filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  if (dying.length > 0) lines.push(`  and of these, what is being deleted goes${named(dying.map(nameOf))}`);
  return `${lines.map(printable).join('\n')}\n`;
}

/** What is the case from then on. */
export function outcomeText(release: boolean, { isFolder }: Place): string {
  return isFolder ? folderOutcome(release) : clusterOutcome(release);
}

function clusterOutcome(release: boolean): string {
  return release
    ? `Addresses have been given back, and nothing holds pools, BFDProfiles or Communities back any more.
Services of type LoadBalancer are pending until something else gives them an address.
What is left is the installation itself: its Deployment, DaemonSet, namespace, rights and kinds.
`
    : `Nothing holds pools, BFDProfiles or Communities back any more; Services go on showing the addresses that they have.
Speakers that still run go on announcing these; once they are gone nobody answers for them. No other allocator knows
that they are taken. A Berth that is installed again finds them, and claims them before it gives anything new.
What is left is the installation itself: its Deployment, DaemonSet, namespace, rights and kinds.
`;
}

function folderOutcome(release: boolean): string {
  return release
    ? `Addresses have been given back, and objects whose files are gone are forgotten.
What is left are your files and the folder with the status. berth standalone, run again, gives addresses anew.
`
    : `Objects whose files are gone are forgotten; Services keep the addresses in their status, and nobody answers for them.
berth standalone, run again, claims them before it gives anything new. What is left are your files and the folder with
the status.
`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function named(names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `: ${names.slice(0, SHOWN).join(', ')}${more}`;
}
