/** A counter of a pool, which stops at 2^53 - 1: that number stands for that many or more. */
export function countText(value: number): string {
  return value === Number.MAX_SAFE_INTEGER ? `${value}+` : `${value}`;
}
