/**
 * A duration as kubectl prints ages: two units at most, coarser the longer it is (`HumanDuration` of
 * k8s.io/apimachinery/pkg/util/duration). Milliseconds; a clock that runs up to two seconds ahead gives `0s`, more
 * gives `<invalid>`.
 */
export function durationText(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return twoUnits(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? twoUnits(years, 'y', days % 365, 'd') : `${years}y`;
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** How long ago an RFC 3339 time was; `<unknown>` where there is none or it cannot be read. */
export function ageText(since: string | undefined, now: Date): string {
  const time = Date.parse(since ?? '');
  return Number.isNaN(time) ? '<unknown>' : durationText(now.getTime() - time);
}
