import * as z from 'zod';

/** At most 15 printable ASCII characters without slash, colon and space: what the kernel takes (IFNAMSIZ) and YAML can hold. */
export const interfaceName = z
  .string()
  .max(15)
  .regex(/^[!-.0-9;-~]+$/, { error: 'is not the name of a network interface: write it as "ip link" shows it' });
