import * as z from 'zod';

/** A point in time as Kubernetes writes it: RFC 3339 text with `Z` or an offset. */
export const time = z.iso.datetime({
  offset: true,
  error: 'is not a time: write it as in RFC 3339, such as 2026-01-31T12:00:00Z',
});
