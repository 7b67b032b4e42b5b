import { ServiceKind } from '../../../../src/api/kubernetes/service.ts';
import { keyOf } from '../../../../src/api/object.ts';
import { silentLogger } from '../../../../src/log/silent.ts';
import { openDirectoryStore } from '../../../../src/store/directory/open-directory-store.ts';

/** `write-states DIR`: gives all Services of the folder new statuses of changing size, as fast as it can, for ever. */
const [directory = ''] = process.argv.slice(2);
const store = await openDirectoryStore({ directory, logger: silentLogger, quietMillis: 5 });
const keys = (await store.list(ServiceKind)).map(keyOf);
for (let round = 1; ; round++) {
  const ingress = Array.from({ length: 1 + (round % 50) }, (_, index) => ({ ip: `192.0.2.${index}` }));
  await Promise.all(
    keys.map((key) => store.patchStatus(ServiceKind, key, { loadBalancer: { ingress }, round } as never)),
  );
  if (round === 1) process.stdout.write('ready\n');
}
