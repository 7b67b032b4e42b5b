import { hash } from 'node:crypto';
import type { LocalEndpoint } from './announcement-plan.ts';

/**
 * The rendezvous score of a node for an address (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit
 * Rates", 1998): the first 8 bytes of SHA-256(address, NUL, node), as 16 lower-case hexadecimal digits, which compare
 * as text as the big-endian unsigned number does.
 *
 * @param address in the text form of RFC 5952.
 */
export function rendezvousScore(address: string, node: string): string {
  return hash('sha256', `${address}\0${node}`, 'hex').slice(0, 16);
}

/** What a node is ranked by, next to its score. */
export interface Ranked {
  readonly node: string;
  readonly weight: number;
  readonly localEndpoint: LocalEndpoint;
}

const PRECEDENCE: Readonly<Record<LocalEndpoint, number>> = { NotNeeded: 0, Ready: 0, Terminating: 1, Missing: 2 };

/** Whether the first is better served by its own endpoints (negative), or worse (positive), or alike (0). */
export function compareEndpoints(a: LocalEndpoint, b: LocalEndpoint): number {
  return PRECEDENCE[a] - PRECEDENCE[b];
}

/** The nodes for an address, best first: by local endpoint, weight, rendezvous score and, at last, name. */
export function rank<T extends Ranked>(address: string, nodes: readonly T[]): readonly T[] {
  return nodes
    .map((node) => ({ node, score: rendezvousScore(address, node.node) }))
    .sort(
      (a, b) =>
        compareEndpoints(a.node.localEndpoint, b.node.localEndpoint) ||
        b.node.weight - a.node.weight ||
        compareText(b.score, a.score) ||
        compareText(a.node.node, b.node.node),
    )
    .map(({ node }) => node);
}

/** Orders text by code unit, the same on every machine whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
