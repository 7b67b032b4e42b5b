import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject } from '../../api/object.ts';
import type { Logger } from '../../log/logger.ts';

/** How a `DirectoryStore` is set up; times are in milliseconds. */
export interface DirectoryStoreSettings {
  readonly directory: string;
  readonly stateDirectory: string;
  readonly kinds: readonly Kind<KubernetesObject>[];
  readonly logger: Logger;
  readonly readOnly: boolean;
  /** Why the state folder could not be made; undefined where it could. */
  readonly unmade?: string | undefined;
  readonly pollMillis: number;
  readonly quietMillis: number;
  readonly confirmMillis: number;
}
