import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sortByKind } from '../../src/explain/objects-by-kind.ts';
import { routersOf } from '../../src/router-config/routers.ts';
import { routerConfiguration, VENDORS } from '../../src/router-config/vendors.ts';
import { readDocuments } from '../../src/store/directory/documents.ts';

const text = readFileSync(new URL('../../docs/bgp.md', import.meta.url), 'utf8');

/** The fenced blocks of the page that are marked so. */
function blocks(mark: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${mark}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block);
}

describe('docs/bgp.md', () => {
  const [yaml = ''] = blocks('yaml');
  const { objects, faults } = readDocuments(yaml, 'bgp.md');
  const own = sortByKind(objects.map(({ object }) => object));

  it('has objects that can be read', () => {
    expect(faults).toEqual([]);
    expect(own.nodes).toHaveLength(2);
  });

  it.each(VENDORS)('has for %s what router-config prints for them', (vendor) => {
    const [router] = routersOf('tor', { ...own, advertisements: own.routeAdvertisements }, {}).routers;
    expect(blocks(vendor)).toEqual([router && routerConfiguration(vendor, router)]);
  });
});
