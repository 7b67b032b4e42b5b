import { afterAll, beforeAll } from 'vitest';
import { describeStoreConformance } from '../../store/conformance.ts';
import { StoreCluster } from './harness.ts';

let cluster: StoreCluster;
beforeAll(async () => {
  cluster = await StoreCluster.start();
});
afterAll(() => cluster?.dispose());

describeStoreConformance('cluster store', () => cluster.conformanceHarness());
