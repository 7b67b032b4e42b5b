import type { Member } from '../lab/network.ts';

/** A network namespace in which programs are run: a member of the LAN, or a pod. */
export type Machine = Pick<Member, 'name' | 'run' | 'try' | 'spawn' | 'pids' | 'killAll'>;
