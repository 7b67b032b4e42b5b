import * as z from 'zod';

/** A transport protocol as core/v1 spells it; TCP where none is said. */
export const protocol = z.enum(['TCP', 'UDP', 'SCTP']).default('TCP');

/** A port number on the wire, 1 to 65535. */
export const portNumber = z.int().min(1).max(65535);
