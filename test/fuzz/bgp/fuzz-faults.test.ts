import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random.ts';
import { FAULTS, FaultySessions } from './fuzz-faults.ts';

const CASES = FAULTS.map((fault) => [fault.name, fault.stages.join(), fault.source, fault] as const);

describe('a message with a fault', () => {
  it.each(CASES)('%s in %s meets what %s prescribes', (_name, _stages, _source, fault) => {
    const sessions = new FaultySessions();
    const random = new Random(4271);
    for (let left = 100; left > 0; left--) sessions.send(fault, random);
  });

  it('has a name that no other has where it may come', () => {
    const names = FAULTS.flatMap(({ name, stages }) => stages.map((stage) => `${name} in ${stage}`));
    expect(new Set(names).size).toBe(names.length);
  });
});
