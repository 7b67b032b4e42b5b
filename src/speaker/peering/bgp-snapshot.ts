import { BERTH_NAMESPACE } from '../../api/access.ts';
import { type BFDProfile, BFDProfileKind } from '../../api/bfd-profile.ts';
import { type BGPAdvertisement, BGPAdvertisementKind } from '../../api/bgp-advertisement.ts';
import { type BGPPeer, BGPPeerKind } from '../../api/bgp-peer.ts';
import { type Community, CommunityKind } from '../../api/community.ts';
import type { Kind } from '../../api/kind.ts';
import { type Secret, SecretKind } from '../../api/kubernetes/secret.ts';
import { type KubernetesObject, keyOf, keyText } from '../../api/object.ts';
import { ObjectCache } from '../../store/object-cache.ts';
import type { Store } from '../../store/store.ts';

/**
 * What the store says of BGP: known apart from all else, so that a server without these kinds keeps nobody from
 * announcing at layer 2.
 */
export class BgpSnapshot {
  readonly peers: ObjectCache<BGPPeer>;
  readonly advertisements: ObjectCache<BGPAdvertisement>;
  readonly profiles: ObjectCache<BFDProfile>;
  readonly communities: ObjectCache<Community>;
  /** Resolves when every object that was there at the start is known. Secrets are not waited for. */
  readonly synced: Promise<void>;
  readonly #store: Pick<Store, 'watch'>;
  readonly #onChange: () => void;
  readonly #secrets: ObjectCache<Secret>;
  #complete = false;
  #hasSecrets = false;

  /** @param onChange something has changed; not called before everything is there */
  constructor(store: Pick<Store, 'watch'>, onChange: () => void) {
    this.#store = store;
    this.#onChange = onChange;
    this.peers = this.#cache(BGPPeerKind);
    this.advertisements = this.#cache(BGPAdvertisementKind);
    this.profiles = this.#cache(BFDProfileKind);
    this.communities = this.#cache(CommunityKind);
    this.#secrets = new ObjectCache(store, SecretKind, () => this.#changed());
    void this.#secrets.synced.then(() => {
      this.#hasSecrets = true;
      if ([...this.peers.values()].some(({ spec }) => spec.passwordSecret !== undefined)) this.#changed();
    });
    const all = [this.peers, this.advertisements, this.profiles, this.communities];
    this.synced = Promise.all(all.map(({ synced }) => synced)).then(() => {
      this.#complete = true;
    });
  }

  /** Those of our own namespace, by name; undefined before the store has told them all. */
  secrets(): ReadonlyMap<string, Secret> | undefined {
    if (!this.#hasSecrets) return undefined;
    const own = [...this.#secrets.values()].filter(({ metadata }) => metadata.namespace === BERTH_NAMESPACE);
    return new Map(own.map((secret) => [secret.metadata.name, secret]));
  }

  stop(): void {
    for (const cache of [this.peers, this.advertisements, this.profiles, this.communities]) cache.stop();
    this.#secrets.stop();
  }

  /** What of an object says something: its status is the controller's. */
  #cache<T extends KubernetesObject & { readonly spec: unknown }>(kind: Kind<T>): ObjectCache<T> {
    const said = new Map<string, string>();
    return new ObjectCache(this.#store, kind, ({ type, object }) => {
      const key = keyText(keyOf(object));
      const text = JSON.stringify([object.spec, object.metadata.creationTimestamp]);
      const isSame = type !== 'DELETED' && said.get(key) === text;
      if (type === 'DELETED') said.delete(key);
      else said.set(key, text);
      if (!isSame) this.#changed();
    });
  }

  #changed(): void {
    if (this.#complete) this.#onChange();
  }
}
