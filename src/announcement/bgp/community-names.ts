import type { Community } from '../../api/community.ts';
import { type CommunityValue, parseCommunity } from '../../api/fields/community-value.ts';
import { compareAge } from './age.ts';
import type { ObjectFault } from './fault.ts';

/** What the names of communities stand for. */
export class CommunityNames {
  readonly #values = new Map<string, CommunityValue>();
  /** Objects that give a name another value than an older one. */
  readonly faults: readonly ObjectFault[];

  constructor(objects: readonly Community[]) {
    const owners = new Map<string, { readonly object: Community; readonly value: string }>();
    const faults: ObjectFault[] = [];
    for (const object of [...objects].sort(compareAge)) {
      for (const { name, value } of object.spec.communities ?? []) {
        const owner = owners.get(name);
        const parsed = parseCommunity(value);
        if (owner !== undefined) {
          if (owner.value !== value) faults.push(taken(object, name, value, owner));
        } else if (parsed !== undefined) {
          owners.set(name, { object, value });
          this.#values.set(name, parsed);
        }
      }
    }
    this.faults = faults;
  }

  /** The value, or undefined where no Community has the name. */
  valueOf(name: string): CommunityValue | undefined {
    return this.#values.get(name);
  }

  /** All names, in no order. */
  names(): readonly string[] {
    return [...this.#values.keys()];
  }
}

function taken(
  object: Community,
  name: string,
  value: string,
  owner: { readonly object: Community; readonly value: string },
): ObjectFault {
  const message =
    `spec.communities names ${value} "${name}", which is ${owner.value} in the older Community ` +
    `${owner.object.metadata.name} and stays so: choose another name`;
  return { object, reason: 'ConflictingAttributes', message };
}
