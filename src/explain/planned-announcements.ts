import type { Allocator } from '../allocator/allocator.ts';
import type { AnnouncementPlan } from '../announcement/announcement-plan.ts';
import { type RoutePlan, routePlanner } from '../announcement/bgp/route-plan.ts';
import { planAnnouncements } from '../announcement/plan.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { announcedServices } from './configuration.ts';
import { failingChecks } from './failing-checks.ts';
import type { ObjectsByKind } from './objects-by-kind.ts';

/** Who is to announce one address of one Service, by one protocol. */
export type PlannedAnnouncement = AnnouncementPlan | RoutePlan;

/**
 * Who is to announce what the Services hold: an entry for each protocol that an advertisement asks for, and one of layer 2
 * where none does. Layer 2 comes first.
 */
export function plannedAnnouncements(
  objects: ObjectsByKind,
  pools: readonly IPAddressPool[],
  allocator: Allocator,
): readonly PlannedAnnouncement[] {
  const { advertisements, routeAdvertisements, speakers, nodes, endpointSlices } = objects;
  const services = announcedServices(objects, pools, allocator);
  const names = [...new Set(pools.map(({ metadata }) => metadata.name))];
  const failing = failingChecks(objects);
  const answers = planAnnouncements({
    ...{ services, advertisements, pools: names, speakers, nodes, endpointSlices, failing },
  });
  if (routeAdvertisements.length === 0) return answers;
  const routes = routePlanner({ ...objects, pools, advertisements: routeAdvertisements })(services);
  return withRoutes(answers, routes, advertisements.length > 0);
}

/** What each protocol has been asked for, in the order of the first list. */
export function withRoutes(
  answers: readonly AnnouncementPlan[],
  routes: readonly RoutePlan[],
  hasL2Advertisements: boolean,
): readonly PlannedAnnouncement[] {
  const keyOf = ({ address, service }: PlannedAnnouncement) => `${address} ${service}`;
  const advertised = new Map(
    routes
      .filter(({ reason }) => reason !== 'NoAdvertisement' && reason !== 'NoAddress')
      .map((each) => [keyOf(each), each]),
  );
  return answers.flatMap((answer) => {
    const route = advertised.get(keyOf(answer));
    if (route === undefined) return [answer];
    const isWanted = hasL2Advertisements && answer.reason !== 'NoAdvertisement';
    return isWanted ? [answer, route] : [route];
  });
}
