/** Says on stderr how far a bench is, and how many seconds the process is old: a run may take longer than patience lasts. */
export function tell(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}
