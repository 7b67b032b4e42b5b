import type { IngressPoint } from '../api/kubernetes/ingress.ts';
import type { Service } from '../api/kubernetes/service.ts';

/** What is known of one Ingress and its Service. Times are in milliseconds. */
export interface IngressSituation {
  /** What its status shows. */
  readonly current: readonly IngressPoint[];
  /** Whether that is what we applied, and nobody has set it to something else since. */
  readonly isOurs: boolean;
  /** What its Service shows; empty where there is no Service, or it has no address. */
  readonly wanted: readonly IngressPoint[];
  /** Whether a person has said which Service it is. */
  readonly isNamed: boolean;
  /** Whether somebody else has emptied the status since we know it. */
  readonly isContested: boolean;
  /** For how long there has been something to show, and nothing shown. */
  readonly emptyFor: number;
  /** How long to leave the status to the ingress controller. */
  readonly grace: number;
}

/** What to do about an Ingress. */
export type IngressDecision =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait'; readonly for: number }
  | { readonly do: 'apply'; readonly points: readonly IngressPoint[] }
  /** Take away what we wrote. */
  | { readonly do: 'clear' };

const NOTHING: IngressDecision = { do: 'nothing' };

/** Ingress controllers write this status themselves when they can, and a second writer is a flap: they go before us. */
export function decideIngress(situation: IngressSituation): IngressDecision {
  const { current, isOurs, wanted, isNamed, isContested, emptyFor, grace } = situation;
  if (samePoints(current, wanted)) return NOTHING;
  if (current.length > 0) {
    if (!isOurs) return NOTHING;
    return wanted.length > 0 ? { do: 'apply', points: wanted } : { do: 'clear' };
  }
  if (isNamed && !isContested) return { do: 'apply', points: wanted };
  return emptyFor >= grace ? { do: 'apply', points: wanted } : { do: 'wait', for: grace - emptyFor };
}

/** A Service's published addresses as an Ingress shows them: `ipMode` is nothing that an Ingress has. */
export function pointsOf(service: Service | undefined): readonly IngressPoint[] {
  return (service?.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname, ports }) =>
    ip === undefined && hostname === undefined
      ? []
      : [
          {
            ...(ip === undefined ? {} : { ip }),
            ...(hostname === undefined ? {} : { hostname }),
            ...(ports === undefined ? {} : { ports }),
          },
        ],
  );
}

function samePoints(a: readonly IngressPoint[], b: readonly IngressPoint[]): boolean {
  return textOf(a) === textOf(b);
}

/** Equal for lists that say the same. */
export function textOf(points: readonly IngressPoint[]): string {
  return JSON.stringify(
    points.map(({ ip, hostname, ports }) => [
      ip ?? null,
      hostname ?? null,
      (ports ?? []).map(({ port, protocol, error }) => [port, protocol, error ?? null]),
    ]),
  );
}
