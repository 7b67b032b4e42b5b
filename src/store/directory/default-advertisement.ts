import { join } from 'node:path';
import { L2AdvertisementKind } from '../../api/l2-advertisement.ts';
import type { Logger } from '../../log/logger.ts';
import { replaceFile } from './atomic-file.ts';
import { unwritableMessage } from './file-error.ts';

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
  const file = join(directory, DEFAULT_ADVERTISEMENT_FILE);
  try {
    if (!(await replaceFile(file, TEXT, undefined))) return false;
    logger.info('wrote the default L2Advertisement', { file });
    return true;
  } catch (error) {
    logger.warn(
      `${file}: the default L2Advertisement cannot be written: ${unwritableMessage(error)}; without one, no address is announced: write one there yourself`,
    );
    return false;
  }
}
