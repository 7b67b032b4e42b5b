import { describe, expect, it } from 'vitest';
import { listFiles, readText } from './files.ts';

const SOURCE = /\.(ts|mjs|js|c|h|sh)$/;
const MOST_LINES = 300;
const EMPTY_NAMES = /(^|[-_.])(utils?|helpers?|common|managers?|misc)([-_.]|$)/i;

const sources = listFiles().filter((path) => SOURCE.test(path));

describe('every source file', () => {
  it('is looked at', () => {
    for (const folder of ['src/', 'test/', 'native/', 'demo/']) {
      expect(sources.some((path) => path.startsWith(folder))).toBe(true);
    }
  });

  it(`has at most ${MOST_LINES} lines`, () => {
    const long = sources.map((path) => [path, readText(path).trimEnd().split('\n').length] as const);
    expect(long.filter(([, lines]) => lines > MOST_LINES)).toEqual([]);
  });

  it('takes zod as a namespace, without which its forty languages are bundled and loaded at each start', () => {
    const named = /import (type )?\{[^}]*\} from 'zod'/;
    const found = sources.filter((path) => path.startsWith('src/') && named.test(readText(path)));
    expect(found).toEqual([]);
    expect(named.test("import { z } from 'zod';")).toBe(true);
    expect(named.test("import * as z from 'zod';")).toBe(false);
  });

  it('has a name that says what is in it', () => {
    const names = listFiles().flatMap((path) => path.split('/'));
    expect(names.filter((name) => EMPTY_NAMES.test(name))).toEqual([]);
    expect(['utils.ts', 'net-helpers', 'common', 'pool-manager.ts'].every((name) => EMPTY_NAMES.test(name))).toBe(true);
    expect(['community.ts', 'utilization.ts', 'commons.ts'].some((name) => EMPTY_NAMES.test(name))).toBe(false);
  });
});
