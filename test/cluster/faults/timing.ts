/** Where the Lease of the replicas is. */
export const NAMESPACE = 'berth-system';

/** Of the Lease, in milliseconds: a fifth of what it is in earnest. */
export const TIMING = { leaseDuration: 3_000, renewDeadline: 2_000, retryPeriod: 400 };

/** Of watches that fail, likewise. Only one that lasts 10 s makes up for failures, and faults come faster than that here. */
export const BACKOFF = { shortest: 160, longest: 2_000 };

/** How a test waits for the controller. */
export const WAIT = { timeout: 20_000, interval: 20 };

/** The same for the speaker, which runs as it is shipped and waits for up to 30 s where faults follow one another. */
export const SPEAKER_WAIT = { timeout: 90_000, interval: 20 };
