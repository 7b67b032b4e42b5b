const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

const WHOLE = /^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** A duration as Go's `time.ParseDuration` takes it, in seconds cut to whole ones as MetalLB does; undefined for other text. */
export function wholeSeconds(text: string): number | undefined {
  if (text === '0') return 0;
  if (!WHOLE.test(text)) return undefined;
  let seconds = 0;
  for (const [, count, unit = ''] of text.matchAll(PART)) seconds += Number(count) * (UNITS[unit] ?? 0);
  // 0.3 s + 0.7 s is not quite 1 s in binary.
  return Math.floor(Math.round(seconds * 1e9) / 1e9);
}
