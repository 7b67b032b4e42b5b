import { describe, expect, it } from 'vitest';
import { Looks } from '../../../src/store/directory/looks.ts';

/** Looks that last until they are told to end. */
class SlowLooks {
  readonly said: string[] = [];
  #end = () => {};
  readonly looks = new Looks({
    onBegin: () => void this.said.push('begin'),
    once: async () => {
      this.said.push('look');
      await new Promise<void>((resolve) => {
        this.#end = resolve;
      });
    },
    onEnd: () => void this.said.push('end'),
  });

  async endOne(): Promise<void> {
    this.#end();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('Looks', () => {
  it('are one at a time, and one more for all who ask meanwhile', async () => {
    const slow = new SlowLooks();
    const first = slow.looks.look();
    const others = Promise.all([slow.looks.look(), slow.looks.look()]);
    expect([slow.said, slow.looks.areUnderWay]).toEqual([['begin', 'look'], true]);
    await slow.endOne();
    expect(slow.said).toEqual(['begin', 'look', 'look']);
    await slow.endOne();
    await Promise.all([first, others]);
    expect([slow.said, slow.looks.areUnderWay]).toEqual([['begin', 'look', 'look', 'end'], false]);
  });

  it('are repeated where a look finds that there is more to be seen', async () => {
    const slow = new SlowLooks();
    const done = slow.looks.look();
    slow.looks.lookAgain();
    await slow.endOne();
    await slow.endOne();
    await done;
    expect(slow.said).toEqual(['begin', 'look', 'look', 'end']);
  });

  it('end with the look under way when they are closed, and none begins', async () => {
    const slow = new SlowLooks();
    void slow.looks.look();
    void slow.looks.look();
    const closed = slow.looks.close();
    await slow.endOne();
    await closed;
    await slow.looks.look();
    expect(slow.said.filter((word) => word !== 'begin')).toEqual(['look']);
  });
});
