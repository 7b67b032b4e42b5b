import type { Registry } from 'prom-client';
import type { statusOf } from '../http/status-of.ts';
import type { Logger } from '../log/logger.ts';
import type { watchInterfaces } from '../os/interfaces.ts';
import type { RejectedPrefixes } from '../os/rejected-prefixes.ts';
import type { Store } from '../store/store.ts';
import type { SysctlAccess } from './node/arp-sysctls.ts';
import type { Attempt } from './node/health-checks.ts';
import type { MessageSecret } from './ownership/message-codec.ts';
import type { Clock } from './wire/clock.ts';
import type { StopReason } from './wire/messages.ts';
import type { StartWireThread } from './wire-thread/control.ts';

/** What a speaker is made of. The members with a default are there for tests. */
export interface SpeakerOptions {
  readonly store: Store;
  /** The name of this machine's Node. */
  readonly nodeName: string;
  readonly logger: Logger;
  /** Where the speaker's metrics are added. */
  readonly registry: Registry;
  /** Put the addresses on `lo`, because there is no kube-proxy that makes the kernel accept them. */
  readonly loopback: boolean;
  /** As in `berth --lb-class`; absent for Services without a class. */
  readonly loadBalancerClass?: string | undefined;
  /** Where the objects are those of a cluster: it has a Node for each speaker. */
  readonly isCluster?: boolean | undefined;
  /** Nodes are taken to have a speaker though nobody has its SpeakerStatus: each has its own copy of the store. */
  readonly peersFromNodes?: boolean | undefined;
  /** How speakers sign their messages to one another, see {@link MessageKeys}; absent where they do not. */
  readonly messageSecrets?: readonly MessageSecret[] | undefined;
  /**
   * Has the kernel reject what arrives for advertised addresses and nobody serves; false takes away what an earlier life
   * has left of that, and absent leaves the kernel alone.
   */
  readonly rejectUnserved?: boolean | undefined;
  readonly rejectedPrefixes?: RejectedPrefixes | undefined;
  /** How many packets have ended their TTL on this node so far. */
  readonly timeExceeded?: (() => number) | undefined;
  /** Where to keep what the next life of this speaker should know. */
  readonly runDirectory?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly startWire?: StartWireThread | undefined;
  readonly interfaces?: typeof watchInterfaces | undefined;
  readonly sysctl?: SysctlAccess | undefined;
  /** Asks a URL for its status code. */
  readonly askStatus?: typeof statusOf | undefined;
  /** Tries what a Service names as its health check. */
  readonly attempt?: Attempt | undefined;
}

/** A speaker at work. */
export interface Speaker {
  /** True once the store is read and the status is written. */
  ready(): boolean;
  /** What keeps it from joining as far as that is its own node's; undefined where that is nothing. */
  missing(): string | undefined;
  /** Why the store did not let it join, or say that it lives, the last time; undefined where it did, or was not asked. */
  trouble(): string | undefined;
  /** Resolves when {@link ready} turns true for the first time: by then the store knows this node's interfaces. */
  readonly joined: Promise<void>;
  /**
   * Ends. `Restart`: nothing moves, others answer in the name of this node until it is back. `Leave`: others take over
   * before it falls silent, and everything is put back. A node that is drained leaves. Calling it again does nothing.
   */
  stop(reason: StopReason): Promise<void>;
}
