import { isAlive, type ProcessIdentity } from '../../../../src/os/process-identity.ts';

/** tell-liveness IDENTITY: writes what it can say of the process. */
process.stdout.write(isAlive(JSON.parse(process.argv[2] ?? '') as ProcessIdentity));
