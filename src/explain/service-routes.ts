import { sessionBar } from '../announcement/bgp/session-bar.ts';
import { ANNOUNCED_REASONS, findWithheldReason, WITHHELD_REASONS } from '../api/reasons/announcement.ts';
import type { Situation } from './situation.ts';

/** Which nodes advertise one address of one Service over BGP, and why not the rest. */
export interface ExplainedRoute {
  readonly address: string;
  /** Why nobody does; null where somebody is to. */
  readonly reason: string | null;
  readonly message: string;
  readonly remedy: string | null;
  /** What each node tells each of its peers, and why not; by node, then peer. */
  readonly nodes: readonly ExplainedRouteNode[];
}

/** One node and one of its peers. */
export interface ExplainedRouteNode {
  readonly node: string;
  /** Null where it concerns all peers of the node. */
  readonly peer: string | null;
  /** As the node's speaker reports the session; null where it is not reported. */
  readonly state: string | null;
  /** A code of `docs/reasons.md`; null where the address is advertised. */
  readonly reason: string | null;
  readonly message: string;
  readonly remedy: string | null;
}

/** Explains what becomes of an address over BGP. Undefined where no BGPAdvertisement is for it. */
export function explainRoute(service: string, address: string, situation: Situation): ExplainedRoute | undefined {
  const plan = situation.routeOf(service, address);
  if (plan === undefined || plan.reason === 'NoAdvertisement') return undefined;
  const { reason, message, withheld } = plan;
  const told = plan.nodes.flatMap(({ node, peers }) => peers.map((peer) => toldTo(node, peer, address, situation)));
  const untold = withheld.map(({ node, peer = null, reason: why, detail }): ExplainedRouteNode => {
    const { remedy } = WITHHELD_REASONS[why];
    return { node, peer, state: null, reason: why, message: detail, remedy };
  });
  const nodes = [...told, ...untold].sort((a, b) => (`${a.node} ${a.peer}` < `${b.node} ${b.peer}` ? -1 : 1));
  return { address, reason, message, remedy: remedyOf(reason), nodes };
}

function remedyOf(reason: NonNullable<ReturnType<Situation['routeOf']>>['reason']): string | null {
  if (reason === null) return null;
  return reason === 'InterfacesUnknown' ? WITHHELD_REASONS[reason].remedy : ANNOUNCED_REASONS[reason].remedy;
}

function toldTo(node: string, peer: string, address: string, situation: Situation): ExplainedRouteNode {
  const session = situation.sessionOf(node, peer);
  if (session?.state === 'Established') {
    const { state } = session;
    const isSilent = situation.lifeOf(node) === 'Silent';
    const bar = isSilent ? undefined : sessionBar(session, address);
    if (bar !== undefined) {
      const remedy = findWithheldReason(bar.reason)?.remedy ?? null;
      return { node, peer, state, reason: bar.reason, message: bar.detail, remedy };
    }
    const message = isSilent ? 'was advertised; the speaker has stopped reporting' : 'advertised';
    const reason = isSilent ? 'SpeakerSilent' : null;
    return { node, peer, state, reason, message, remedy: isSilent ? WITHHELD_REASONS.SpeakerSilent.remedy : null };
  }
  const why = session?.lastError === undefined ? '' : `: ${session.lastError.text}`;
  const state = session?.state ?? null;
  const message = `the session is ${state ?? 'not reported'}${why}`;
  const remedy = `See berth explain peer ${peer}.`;
  return { node, peer, state, reason: 'SessionDown', message, remedy };
}
