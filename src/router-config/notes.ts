import { isInternal, type RouterNeighbour, type RouterSide } from './router-side.ts';

/** What the reader of every configuration is to know, a sentence each. */
export function notes(router: RouterSide): readonly string[] {
  const { peer, address, asNumber, port, neighbours, password, communities } = router;
  const where = address === undefined ? 'the router' : `the router at ${address}`;
  const found = [
    `Made by berth router-config for BGPPeer ${peer}: ${where}, AS ${asNumber}, and ${neighbours.length} of its neighbours.`,
    'What is accepted follows the pools: make it again when pools, peers or nodes change.',
  ];
  if (password?.isPlaceholder) found.push(`Put the password in place of ${password.text}.`);
  if (neighbours.some((each) => each.address === undefined)) {
    found.push(`Put the names of this router's own interfaces in place of ${interfaceOf({ node: 'NODE' })}.`);
  }
  if (router.isUnnumbered) {
    found.push('There it must send router advertisements (RFC 4861): the nodes learn its address from these.');
  }
  if (port !== STANDARD_PORT) found.push(`The nodes connect to TCP port ${port}: this router must listen on it.`);
  if (communities.length > 0) found.push(`Routes may carry the communities ${communities.join(', ')}.`);
  return found;
}

/** TCP port of BGP (RFC 4271 section 8.2.1). */
export const STANDARD_PORT = 179;

/** The notes as comments, one a line. */
export function commented(mark: string, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${mark} ${line}`);
}

/** What stands for the router's own interface towards a node: valid as a name in every configuration. */
export function interfaceOf({ node }: Pick<RouterNeighbour, 'node'>): string {
  return `INTERFACE-TO-${nodeText({ node })}`;
}

/** The name of a node without anything that could end a word or a comment. */
export function nodeText({ node }: Pick<RouterNeighbour, 'node'>): string {
  return node.replace(/[^A-Za-z0-9._-]/g, '_');
}

/** What filters and lists are called, where names are written with dashes. */
export function groupName({ peer }: RouterSide): string {
  return `BERTH-${peer.toUpperCase()}`;
}

/** Neighbours that share a group: routers have internal and external ones apart. */
export interface NeighbourGroup {
  readonly name: string;
  readonly isInternal: boolean;
  readonly neighbours: readonly RouterNeighbour[];
}

/** The groups of a router, those of external neighbours first; none without neighbours. */
export function groupsOf(
  router: RouterSide,
  neighbours: readonly RouterNeighbour[] = router.neighbours,
): readonly NeighbourGroup[] {
  const name = groupName(router);
  const external = neighbours.filter((each) => !isInternal(router, each));
  const internal = neighbours.filter((each) => isInternal(router, each));
  return [
    { name, isInternal: false, neighbours: external },
    { name: external.length > 0 ? `${name}-INTERNAL` : name, isInternal: true, neighbours: internal },
  ].filter((group) => group.neighbours.length > 0);
}

/** A configuration as text. */
export function configuration(...lines: readonly (readonly string[])[]): string {
  return `${lines.flat().join('\n')}\n`;
}
