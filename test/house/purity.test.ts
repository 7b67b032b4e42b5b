import { describe, expect, it } from 'vitest';
import { listFiles, readText } from './files.ts';
import { folderOf, isWithin, PURE_FOLDERS, resolve } from './layers.ts';
import { findImpurities } from './purity.ts';

const isPure = (folder: string): boolean => PURE_FOLDERS.some((pure) => isWithin(folder, pure));
const check = (path: string, text: string) =>
  findImpurities(path, text, (specifier) => isPure(folderOf(resolve(path, specifier))));
const found = (text: string) => check('src/allocator/x.ts', text).map(({ what }) => what);

describe('findImpurities', () => {
  it.each([
    ["import fs from 'node:fs'", 'import of node:fs'],
    ["import 'node:net'", 'import of node:net'],
    ["import type { Socket } from 'node:net'", 'import of node:net'],
    ["import winston from 'winston'", 'import of winston'],
    ["export { readFile } from 'node:fs'", 'import of node:fs'],
    ["import { randomBytes } from 'node:crypto'", 'import of randomBytes from node:crypto'],
    ["import { randomBytes as createHash } from 'node:crypto'", 'import of randomBytes from node:crypto'],
    ["export { randomUUID } from 'node:crypto'", 'import of randomUUID from node:crypto'],
    ["import * as crypto from 'node:crypto'", 'import of all of node:crypto'],
    ["import crypto from 'node:crypto'", 'import of all of node:crypto'],
    ["export * from 'node:crypto'", 'import of all of node:crypto'],
    ["import { x } from '../log/logger.ts'", 'import of ../log/logger.ts'],
    ["import type { x } from '../speaker/wire.ts'", 'import of ../speaker/wire.ts'],
    ["export * from '../cli/main.ts'", 'import of ../cli/main.ts'],
    ["import fs = require('node:fs')", 'import … = require()'],
    ["type T = import('node:net').Socket", 'import() of a type: use an import declaration'],
    ["const m = await import('../ip/address.ts')", 'dynamic import'],
    ['const here = import.meta.url', 'import.meta'],
    ["const fs = require('node:fs')", 'require'],
    ['const now = Date.now()', 'Date.now'],
    ['const now = new Date()', 'new Date()'],
    ['const now = new Date', 'new Date()'],
    ['const now = Date()', 'Date itself'],
    ['const { now } = Date', 'Date itself'],
    ["const now = Date['now']()", 'Date itself'],
    ['class Later extends Date {}', 'Date itself'],
    ['const now = performance.now()', 'performance'],
    ['const x = Math.random()', 'Math.random'],
    ['const { random } = Math', 'Math itself'],
    ["const x = Math['random']()", 'Math itself'],
    ['const x = crypto.randomUUID()', 'crypto'],
    ['const x = process.env.HOME', 'process'],
    ['const { env } = process', 'process'],
    ['f({ process })', 'process'],
    ['tag`x` ?? f(process.pid)', 'process'],
    ['setTimeout(f, 1)', 'setTimeout'],
    ['const later = setInterval', 'setInterval'],
    ['queueMicrotask(f)', 'queueMicrotask'],
    ["console.log('x')", 'console'],
    ['globalThis.fetch(u)', 'globalThis'],
    ['await fetch(u)', 'fetch'],
    ["eval('1')", 'eval'],
    ["new Function('return 1')", 'Function'],
  ])('refuses %s', (text, what) => {
    expect(found(text)).toEqual([what]);
  });

  it('names the place of everything it finds', () => {
    const text =
      "import { x } from '../ip/address.ts';\n\nexport const at = () => Date.now();\nsetTimeout(at, Date.now());";
    expect(check('src/ip/x.ts', text)).toEqual([
      { at: 'src/ip/x.ts:3', what: 'Date.now' },
      { at: 'src/ip/x.ts:4', what: 'setTimeout' },
      { at: 'src/ip/x.ts:4', what: 'Date.now' },
    ]);
  });

  it.each([
    "import { parseAddress } from '../ip/address.ts'",
    "import type { Kind } from '../api/kubernetes/service.ts'",
    "import { decode } from '../speaker/arp/packet.ts'",
    "import { z } from 'zod'",
    "import * as z from 'zod'",
    "import { Address4 } from 'ip-address'",
    "import { createHash } from 'node:crypto'",
    "export type { Pool } from './pool.ts'",
    'const at = Date.parse(text)',
    'const at = new Date(milliseconds).toISOString()',
    'const is = x instanceof Date',
    'function f(at: Date): Date { return at }',
    'const x = Math.max(1, Math.floor(2))',
    'const x = packet.process.performance',
    'const x = { process: 1, fetch() { return 1 } }',
    'interface Plan { readonly process: string; fetch(): void }',
    '// Date.now(), process and setTimeout stay outside',
    "const text = 'process.env'",
  ])('allows %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('the pure core', () => {
  const files = listFiles('src/').filter((path) => path.endsWith('.ts') && isPure(folderOf(path)));

  it('is there', () => {
    for (const folder of ['ip', 'api', 'allocator', 'announcement', 'speaker/arp', 'speaker/bgp/message']) {
      expect(files.some((path) => isWithin(folderOf(path), folder))).toBe(true);
    }
  });

  it('is pure', () => {
    expect(files.flatMap((path) => check(path, readText(path)))).toEqual([]);
  });
});
