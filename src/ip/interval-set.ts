/** The integer operations that an {@link IntervalSet} needs, so that one tree serves `number` and `bigint`. */
export interface Arithmetic<T extends number | bigint> {
  readonly zero: T;
  next(value: T): T;
  previous(value: T): T;
  plus(a: T, b: T): T;
  minus(a: T, b: T): T;
}

/** For IPv4: every value and every count up to 2^32 is exact in a double. */
export const NUMBER: Arithmetic<number> = {
  zero: 0,
  next: (value) => value + 1,
  previous: (value) => value - 1,
  plus: (a, b) => a + b,
  minus: (a, b) => a - b,
};

/** For IPv6. */
export const BIGINT: Arithmetic<bigint> = {
  zero: 0n,
  next: (value) => value + 1n,
  previous: (value) => value - 1n,
  plus: (a, b) => a + b,
  minus: (a, b) => a - b,
};

/** A maximal run of members, both ends included. */
export interface Interval<T> {
  readonly first: T;
  readonly last: T;
}

interface Node<T> {
  first: T;
  last: T;
  height: number;
  left: Node<T> | undefined;
  right: Node<T> | undefined;
}

/**
 * A set of integers kept as disjoint, non-adjacent intervals in an AVL tree ordered by `first`.
 *
 * Adding, removing, testing and finding the lowest member each cost O(log n) of the number of intervals, whatever they
 * span: a /64 is one interval. Where an operation only shortens an interval it changes that node in place, since
 * neither end can pass a neighbour.
 */
export class IntervalSet<T extends number | bigint> {
  #root: Node<T> | undefined;
  #count: T;
  readonly #arithmetic: Arithmetic<T>;

  constructor(arithmetic: Arithmetic<T>) {
    this.#arithmetic = arithmetic;
    this.#count = arithmetic.zero;
  }

  /** How many integers are in the set. */
  get count(): T {
    return this.#count;
  }

  has(value: T): boolean {
    const node = this.#floor(value);
    return node !== undefined && node.last >= value;
  }

  /** The lowest member from `from` to `to`, both included. */
  lowest(from: T, to: T): T | undefined {
    const below = this.#floor(from);
    if (below !== undefined && below.last >= from) return from <= to ? from : undefined;
    const above = this.#ceiling(from);
    return above !== undefined && above.first <= to ? above.first : undefined;
  }

  /** Adds every integer from `first` to `last`; those already in the set stay. */
  add(first: T, last: T): void {
    const { next, previous } = this.#arithmetic;
    let low = first;
    let high = last;
    for (let node = this.#floor(next(last)); node !== undefined && node.last >= previous(first); ) {
      if (node.first < low) low = node.first;
      if (node.last > high) high = node.last;
      this.#discard(node);
      node = this.#floor(next(last));
    }
    this.#insert(low, high);
  }

  /** Removes every integer from `first` to `last`; those not in the set do not matter. */
  remove(first: T, last: T): void {
    const { next, previous } = this.#arithmetic;
    for (let node = this.#floor(last); node !== undefined && node.last >= first; node = this.#floor(last)) {
      const tail = node.last;
      if (node.first >= first && tail <= last) {
        this.#discard(node);
        continue;
      }
      this.#count = this.#arithmetic.minus(this.#count, this.#size(node.first > first ? node.first : first, tail));
      if (node.first >= first) {
        node.first = next(last);
        this.#count = this.#arithmetic.plus(this.#count, this.#size(node.first, tail));
        continue;
      }
      node.last = previous(first);
      if (tail > last) this.#insert(next(last), tail);
    }
  }

  /** All intervals, ascending. The set must not change while this is being read. */
  *intervals(): Generator<Interval<T>> {
    const path: Node<T>[] = [];
    let node = this.#root;
    while (node !== undefined || path.length > 0) {
      for (; node !== undefined; node = node.left) path.push(node);
      const top = path.pop() as Node<T>;
      yield { first: top.first, last: top.last };
      node = top.right;
    }
  }

  #size(first: T, last: T): T {
    return this.#arithmetic.next(this.#arithmetic.minus(last, first));
  }

  #insert(first: T, last: T): void {
    this.#root = insert(this.#root, first, last);
    this.#count = this.#arithmetic.plus(this.#count, this.#size(first, last));
  }

  #discard(node: Node<T>): void {
    this.#count = this.#arithmetic.minus(this.#count, this.#size(node.first, node.last));
    this.#root = remove(this.#root, node.first);
  }

  /** The interval with the highest `first` that is not above `value`. */
  #floor(value: T): Node<T> | undefined {
    let best: Node<T> | undefined;
    for (let node = this.#root; node !== undefined; ) {
      if (node.first <= value) {
        best = node;
        node = node.right;
      } else node = node.left;
    }
    return best;
  }

  /** The interval with the lowest `first` that is not below `value`. */
  #ceiling(value: T): Node<T> | undefined {
    let best: Node<T> | undefined;
    for (let node = this.#root; node !== undefined; ) {
      if (node.first >= value) {
        best = node;
        node = node.left;
      } else node = node.right;
    }
    return best;
  }
}

function insert<T extends number | bigint>(node: Node<T> | undefined, first: T, last: T): Node<T> {
  if (node === undefined) return { first, last, height: 1, left: undefined, right: undefined };
  if (first < node.first) node.left = insert(node.left, first, last);
  else node.right = insert(node.right, first, last);
  return balance(node);
}

/** Removes the node whose interval begins at `first`. */
function remove<T extends number | bigint>(node: Node<T> | undefined, first: T): Node<T> | undefined {
  if (node === undefined) return undefined;
  if (first < node.first) node.left = remove(node.left, first);
  else if (first > node.first) node.right = remove(node.right, first);
  else if (node.left === undefined) return node.right;
  else if (node.right === undefined) return node.left;
  else {
    let successor = node.right;
    while (successor.left !== undefined) successor = successor.left;
    node.first = successor.first;
    node.last = successor.last;
    node.right = remove(node.right, successor.first);
  }
  return balance(node);
}

function heightOf<T>(node: Node<T> | undefined): number {
  return node === undefined ? 0 : node.height;
}

function measure<T>(node: Node<T>): void {
  node.height = 1 + Math.max(heightOf(node.left), heightOf(node.right));
}

/** Restores the AVL rule (the heights of siblings differ by at most one) at a node whose subtrees keep it. */
function balance<T>(node: Node<T>): Node<T> {
  const lean = heightOf(node.left) - heightOf(node.right);
  if (lean > 1 && node.left !== undefined) {
    if (heightOf(node.left.left) < heightOf(node.left.right)) node.left = rotateLeft(node.left);
    return rotateRight(node);
  }
  if (lean < -1 && node.right !== undefined) {
    if (heightOf(node.right.right) < heightOf(node.right.left)) node.right = rotateRight(node.right);
    return rotateLeft(node);
  }
  measure(node);
  return node;
}

function rotateLeft<T>(node: Node<T>): Node<T> {
  const top = node.right;
  if (top === undefined) return node;
  node.right = top.left;
  top.left = node;
  measure(node);
  measure(top);
  return top;
}

function rotateRight<T>(node: Node<T>): Node<T> {
  const top = node.left;
  if (top === undefined) return node;
  node.left = top.right;
  top.right = node;
  measure(node);
  measure(top);
  return top;
}
