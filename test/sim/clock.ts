interface Appointment {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Virtual time, in milliseconds: what is to happen happens in its order, and nothing takes any time. */
export class Clock {
  now = 0;
  readonly #heap: Appointment[] = [];
  #count = 0;

  /** Returns what calls it off. */
  at(at: number, run: () => void): () => void {
    const appointment: Appointment = { at: Math.max(at, this.now), order: this.#count++, run };
    this.#push(appointment);
    return () => {
      appointment.run = undefined;
    };
  }

  after(delay: number, run: () => void): () => void {
    return this.at(this.now + delay, run);
  }

  runUntil(end: number): void {
    for (let first = this.#heap[0]; first !== undefined && first.at <= end; first = this.#heap[0]) {
      this.#pop();
      if (first.run === undefined) continue;
      this.now = first.at;
      first.run();
    }
    this.now = end;
  }

  #push(appointment: Appointment): void {
    const heap = this.#heap;
    let index = heap.push(appointment) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Appointment;
      if (!isBefore(appointment, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = appointment;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Appointment;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Appointment)) child++;
      const below = heap[child] as Appointment;
      if (!isBefore(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Appointment, b: Appointment): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
