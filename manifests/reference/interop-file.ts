import {
  BY_HAND,
  FEATURES,
  type Feature,
  type FeatureName,
  gapOf,
  ROUTERS,
} from '../../test/lab/speaker/routers/matrix.ts';

const INTRODUCTION = `# BGP with other makes of router

Made from \`test/lab/speaker/routers/matrix.ts\` by \`npm run generate\`; \`test/lab/speaker/bgp-interop.test.ts\` runs every
cell but the numbered ones against the daemon that Debian 12 ships, and asserts what the *router* shows: BIRD 2.0.12,
FRR 8.4.4, GoBGP 3.10.0, OpenBGPD 7.7, ExaBGP 4.2.21.

- **yes**: the router loads what \`berth router-config\` prints, from the BGPPeer, BFDProfile, BGPAdvertisement and pool
  that the node has its own side from. What is added is the router's own: an identifier, its interfaces, a control socket.
- **by hand**: its configuration is written by the test: ${Object.entries(BY_HAND)
  .map(([router, why]) => `${router}, as ${why}`)
  .join('; ')}.
- A number points to the reason why a cell is not tested.
`;

/** `docs/reference/bgp-interop.md`: what is tested with which router, and what is not. */
export function interopFile(): string {
  const gaps: string[] = [];
  const cell = (feature: FeatureName, router: (typeof ROUTERS)[number]): string => {
    const gap = gapOf(feature, router);
    if (gap === undefined) return router in BY_HAND ? 'by hand' : 'yes';
    const text = `${router}: ${gap}.`;
    if (!gaps.includes(text)) gaps.push(text);
    return `${gaps.indexOf(text) + 1}`;
  };
  const rows = (Object.entries(FEATURES) as [FeatureName, Feature][]).map(([feature, { name, shows }]) => [
    name,
    ...ROUTERS.map((router) => cell(feature, router)),
    shows,
  ]);
  return `${INTRODUCTION}\n${table([['session', ...ROUTERS, 'the router shows'], ...rows])}\n\n## Not tested\n\n${gaps
    .map((gap, index) => `${index + 1}. ${gap}`)
    .join('\n')}\n`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
