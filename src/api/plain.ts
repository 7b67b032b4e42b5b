/** The members of `T` that it names one by one, without its index signatures. */
type Named<T> = { [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K] };

/**
 * What a checked value is to the rest of the program: read-only all the way down, with only the members that Berth
 * knows. Members that a loose schema lets through are there at run time, and have no type.
 */
export type Plain<T> = T extends readonly (infer E)[]
  ? readonly Plain<E>[]
  : T extends object
    ? keyof Named<T> extends never
      ? { readonly [K in keyof T]: Plain<T[K]> }
      : { readonly [K in keyof Named<T>]: Plain<Named<T>[K]> }
    : T;
