import { formatAddress } from '../ip/address.ts';
import type { IPFamily } from '../ip/family.ts';
import type { Prefix } from '../ip/prefix.ts';
import { RTM_DELROUTE, RTM_GETROUTE, RTM_NEWROUTE } from './netlink/default-route.ts';
import { NLM_F_CREATE, NLM_F_REPLACE } from './netlink/message.ts';
import { changeRoute, dumpRoute } from './netlink/request.ts';
import {
  decodeRuleTable,
  encodeIncomingRule,
  encodeRuleRequest,
  RTM_DELRULE,
  RTM_GETRULE,
  RTM_NEWRULE,
} from './netlink/rule.ts';
import {
  decodeUnreachableRoute,
  encodeFamilyRouteRequest,
  encodeUnreachableRoute,
} from './netlink/unreachable-route.ts';
import { errorCode } from './system-error.ts';

/**
 * Prefixes to which nothing is forwarded: whoever sends there gets an ICMP error. A table of routes of its own holds them,
 * and a rule per family sends to it whatever arrives from outside. What the node delivers itself (the local table comes
 * first), what it sends itself, and what is translated before it is routed never gets there.
 */
export interface RejectedPrefixes {
  /** @throws SystemError */
  add(prefix: Prefix): void;
  /** One that is not there is no error. @throws SystemError */
  delete(prefix: Prefix): void;
  /** Takes all away, whoever put it there: an earlier process too. @throws SystemError */
  clear(): void;
}

/** The number of our table, and the place of our rule: before the main table (32766) and whatever most others add. */
const TABLE = 184_179;
const PRIORITY = 1184;

const FAMILIES: readonly IPFamily[] = ['IPv4', 'IPv6'];
/** Nothing of that kind is there, the host has no such family, or the table has not been made yet. */
const ABSENT: readonly (string | undefined)[] = ['ENOENT', 'ESRCH', 'EAFNOSUPPORT', 'EOPNOTSUPP'];

/** The prefixes of this network namespace. */
export class KernelRejectedPrefixes implements RejectedPrefixes {
  readonly #ruled = new Set<IPFamily>();

  add(prefix: Prefix): void {
    const { family } = prefix.address;
    if (!this.#ruled.has(family)) this.#addRule(family);
    changeRoute({
      type: RTM_NEWROUTE,
      flags: NLM_F_CREATE | NLM_F_REPLACE,
      payload: encodeUnreachableRoute(prefix, TABLE),
      doing: `cannot reject traffic to ${formatAddress(prefix.address)}/${prefix.length}`,
    });
  }

  delete(prefix: Prefix): void {
    unlessAbsent(() =>
      changeRoute({
        type: RTM_DELROUTE,
        payload: encodeUnreachableRoute(prefix, TABLE),
        doing: `cannot stop rejecting traffic to ${formatAddress(prefix.address)}/${prefix.length}`,
      }),
    );
  }

  clear(): void {
    this.#ruled.clear();
    for (const family of FAMILIES) {
      unlessAbsent(() => deleteRules(family));
      unlessAbsent(() => this.#deleteRoutes(family));
    }
  }

  #addRule(family: IPFamily): void {
    changeRoute({
      type: RTM_NEWRULE,
      flags: NLM_F_CREATE,
      payload: encodeIncomingRule({ family, priority: PRIORITY, table: TABLE }),
      doing: `cannot add a rule for ${family} traffic that arrives`,
    });
    this.#ruled.add(family);
  }

  #deleteRoutes(family: IPFamily): void {
    const payload = encodeFamilyRouteRequest(family);
    const routes = dumpRoute({ type: RTM_GETROUTE, payload, doing: `cannot list ${family} routes` });
    for (const route of routes) {
      const prefix = decodeUnreachableRoute(route.payload, TABLE);
      if (prefix !== undefined) this.delete(prefix);
    }
  }
}

function deleteRules(family: IPFamily): void {
  const doing = `cannot list ${family} rules`;
  const rules = dumpRoute({ type: RTM_GETRULE, payload: encodeRuleRequest(family), doing });
  for (const { payload } of rules) {
    if (decodeRuleTable(payload) !== TABLE) continue;
    const own = encodeIncomingRule({ family, priority: PRIORITY, table: TABLE });
    changeRoute({
      type: RTM_DELRULE,
      payload: own,
      doing: `cannot delete the rule for ${family} traffic that arrives`,
    });
  }
}

function unlessAbsent(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!ABSENT.includes(errorCode(error))) throw error;
  }
}
