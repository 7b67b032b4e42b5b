import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const MANIFESTS = fileURLToPath(new URL('../../../manifests/', import.meta.url));

/** Makes of a folder a kustomization as people write their own: an overlay with components, in this order. */
export async function writeComposition(folder: string, overlay: string, components: readonly string[]): Promise<void> {
  const from = (path: string): string => relative(folder, join(MANIFESTS, path));
  const kustomization = {
    resources: [from(`overlays/${overlay}`)],
    components: components.map((component) => from(`components/${component}`)),
  };
  await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
}
