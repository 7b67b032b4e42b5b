import type { Imported } from '../imported.ts';

/**
 * What the reader has to know of the L2Advertisement `default` that an installation of Berth brings: it announces every
 * pool, from every node. Null where what was imported does the same, or replaces it.
 */
export function defaultAdvertisementRemark(imported: readonly Imported[]): string | null {
  if (!imported.some(({ manifest }) => manifest.kind === 'IPAddressPool')) return null;
  const layer2 = imported.filter(({ manifest }) => manifest.kind === 'L2Advertisement');
  const isCovered = layer2.some(
    ({ manifest: { metadata, spec } }) =>
      metadata.name === 'default' ||
      RESTRICTIONS.every((field) => ((spec[field] as readonly unknown[] | undefined) ?? []).length === 0),
  );
  return isCovered ? null : REMARK;
}

const RESTRICTIONS = ['ipAddressPools', 'ipAddressPoolSelectors', 'nodeSelectors', 'interfaces', 'serviceSelectors'];

const REMARK =
  'the L2Advertisement "default" that an installation of Berth brings announces every pool by ARP and NDP from every node, ' +
  'which MetalLB did not: install without it (manifests/base; with the chart, defaultAdvertisement: false), or take it away ' +
  '(kubectl delete l2advertisements.berth.dev default)';
