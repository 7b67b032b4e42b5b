import type { Logger } from '../../log/logger.ts';
import type { SessionReport } from '../wire/bgp-messages.ts';

/** Logs what is new of a BGP session. @param before what was told of it last */
export function logSession(logger: Logger, report: SessionReport, before: SessionReport | undefined): void {
  const { peer, address, state, lastError } = report;
  const was = before?.state;
  for (const { family, reason, text } of report.notCarried ?? []) {
    const isKnown = before?.notCarried?.some((each) => each.family === family && each.text === text);
    if (!isKnown) logger.warn('a BGP session does not carry a family', { peer, address, family, reason, text });
  }
  if (report.oversized !== undefined && before?.oversized === undefined) {
    logger.warn('routes do not fit a BGP message, and are not advertised', { peer, address, ...report.oversized });
  }
  if (state === 'Established' && was !== state) logger.info('a BGP session is Established', { peer, address });
  if (was === 'Established' && state !== was) {
    logger.warn('a BGP session is no longer Established', { peer, address, state, reason: lastError?.text });
  } else if (lastError !== undefined && lastError.text !== before?.lastError?.text) {
    logger.warn('a BGP session failed', { peer, address, reason: lastError.text });
  }
}
