import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { L2AdvertisementKind } from '../../api/l2-advertisement.ts';
import type { Logger } from '../../log/logger.ts';
import { codeOf } from './source-listing.ts';

/** The file that a first start puts into the folder. */
export const DEFAULT_ADVERTISEMENT_FILE = 'l2advertisement-default.yaml';

const TEXT = `# Announces every pool from every node, on the interfaces whose own subnet contains the address.
# Berth wrote this once, on its first start here: edit it, or delete it, as you like.
apiVersion: ${L2AdvertisementKind.apiVersion}
kind: ${L2AdvertisementKind.kind}
metadata:
  name: default
spec: {}
`;

/** Writes the `default` L2Advertisement unless the file is there. A folder that cannot be written to is no failure. */
export async function writeDefaultAdvertisement(directory: string, logger: Logger): Promise<boolean> {
  const path = join(directory, DEFAULT_ADVERTISEMENT_FILE);
  try {
    const file = await open(path, 'wx', 0o644);
    try {
      await file.writeFile(TEXT);
    } finally {
      await file.close();
    }
    logger.info('wrote the default L2Advertisement', { file: path });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    logger.warn('the default L2Advertisement could not be written: without one, no address is announced', {
      file: path,
      error,
    });
    return false;
  }
}
