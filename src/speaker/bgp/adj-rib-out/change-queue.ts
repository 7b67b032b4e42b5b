import type { Route } from './route.ts';

/** Routes whose change waits to be told, each once. */
export class ChangeQueue {
  #routes: Route[] = [];
  /** Which queue this is among all there were: what a route remembers of an earlier one counts for nothing. */
  #number = 0;

  add(route: Route): void {
    if (route.queue === this.#number) return;
    route.queue = this.#number;
    route.place = this.#routes.length;
    this.#routes.push(route);
  }

  /** A peer that does not read empties no queue: what is undone meanwhile must not stay in it. */
  remove(route: Route): void {
    if (route.queue !== this.#number) return;
    route.queue = -1;
    const last = this.#routes.pop();
    if (last === undefined || last === route) return;
    this.#routes[route.place] = last;
    last.place = route.place;
  }

  /** All of them: the queue begins anew. Costs the same however many there are. */
  takeAll(): readonly Route[] {
    const routes = this.#routes;
    this.#routes = [];
    this.#number += 1;
    return routes;
  }
}
