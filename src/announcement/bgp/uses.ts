import type { BFDProfile } from '../../api/bfd-profile.ts';
import type { Community } from '../../api/community.ts';
import { parseCommunity } from '../../api/fields/community-value.ts';
import { hasFinalizer, IN_USE } from '../../api/finalizers.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { compareText } from '../rank.ts';
import { compareAge } from './age.ts';
import type { ObjectFault } from './fault.ts';
import type { BgpObjects } from './input.ts';

type UsingObjects = Pick<BgpObjects, 'peers' | 'advertisements' | 'profiles' | 'communities'>;

/** Who would miss a BFDProfile or a Community that was gone: what they name would be gone, or mean something else. */
export class Uses {
  readonly #users = new Map<KubernetesObject, Set<KubernetesObject>>();

  constructor(objects: UsingObjects) {
    const { peers, profiles } = objects;
    const byName = new Map(profiles.map((profile) => [profile.metadata.name, profile]));
    for (const peer of peers) {
      const { bfdProfile } = peer.spec;
      if (bfdProfile !== undefined) this.#note(byName.get(bfdProfile), peer);
    }
    this.#noteCommunities(objects);
  }

  /** The names of its users, such as `BGPPeer tor`, sorted. */
  of(object: BFDProfile | Community): readonly string[] {
    const users = [...(this.#users.get(object) ?? [])];
    return users.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort(compareText);
  }

  /** Those that are being deleted and stay in force. */
  faults(): readonly ObjectFault[] {
    return [...this.#users].flatMap(([object, users]) => {
      if (!isDying(object) || users.size === 0) return [];
      const names = this.of(object as BFDProfile | Community);
      const shown = [...names.slice(0, SHOWN), ...(names.length > SHOWN ? [`${names.length - SHOWN} more`] : [])];
      const field = object.kind === 'BFDProfile' ? 'spec.bfdProfile' : 'spec.communities';
      const message =
        `it is being deleted, and stays in force as long as it is named by ${shown.join(', ')}: change ${field} there, ` +
        'or delete them';
      return [{ object, reason: 'InUse' as const, message }];
    });
  }

  /**
   * The oldest Community that defines a name is used by all that name it. While that is being deleted, and the next one
   * says the same of the name, the next one is used as well, and alone from when it is itself held back.
   */
  #noteCommunities({ advertisements, communities }: UsingObjects): void {
    const definers = new Map<string, { readonly object: Community; readonly value: string }[]>();
    for (const object of [...communities].sort(compareAge)) {
      for (const { name, value } of object.spec.communities ?? []) {
        if (parseCommunity(value) === undefined) continue;
        const all = definers.get(name) ?? [];
        definers.set(name, [...all, { object, value }]);
      }
    }
    for (const advertisement of advertisements) {
      for (const name of advertisement.spec.communities ?? []) {
        if (parseCommunity(name) !== undefined) continue;
        const [owner, next] = definers.get(name) ?? [];
        const isHeir = owner !== undefined && isDying(owner.object) && next !== undefined && !isDying(next.object);
        const heir = isHeir && next.value === owner.value ? next.object : undefined;
        this.#note(heir, advertisement);
        if (heir === undefined || !hasFinalizer(heir, IN_USE)) this.#note(owner?.object, advertisement);
      }
    }
  }

  #note(object: KubernetesObject | undefined, user: KubernetesObject): void {
    if (object === undefined) return;
    const users = this.#users.get(object) ?? new Set();
    this.#users.set(object, users.add(user));
  }
}

/** So many users are named. */
const SHOWN = 5;

function isDying({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}
