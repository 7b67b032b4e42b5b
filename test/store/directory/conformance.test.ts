import { describeStoreConformance } from '../conformance.ts';
import { fileOf, TestFolder } from './folder.ts';

describeStoreConformance('directory store', async () => {
  const folder = await TestFolder.make();
  return {
    store: await folder.open(),
    userPuts: (object) => folder.write(fileOf(object), object),
    userRemoves: (object) => folder.remove(fileOf(object)),
    openSecond: () => folder.open(),
    close: () => folder.clean(),
  };
});
