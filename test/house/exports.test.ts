import { describe, expect, it } from 'vitest';
import { findUnusedExports } from './exports.ts';
import { listFiles, readText } from './files.ts';

const BGP_CORE = 'an entry of the BGP core, for whatever owns the sockets';

/** Exports that no file of src, bench, demo or manifests imports, each with its reason. */
const ALLOWED: Readonly<Record<string, string>> = {
  'src/speaker/bgp/adj-rib-out/adj-rib-out.ts#AdjRibOut': BGP_CORE,
  'src/speaker/bgp/message/message-reader.ts#MessageReader': BGP_CORE,
  'src/speaker/bgp/message/message.ts#decodeMessage': BGP_CORE,
  'src/speaker/bgp/message/nlri.ts#prefixesOf': 'what a peer that believes its UPDATEs reads them with, in tests',
  'src/speaker/bgp/message/notification.ts#describeNotification': BGP_CORE,
  'src/speaker/bgp/message/update-decoding.ts#countRoutes': BGP_CORE,
  'src/speaker/bgp/message/update.ts#endOfRibFamily': BGP_CORE,
  'src/speaker/bgp/session-state/session-machine.ts#SessionMachine': BGP_CORE,
};

describe('findUnusedExports', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['a value', { 'src/a.ts': 'export const x = 1, y = 2;' }, ['src/a.ts#x', 'src/a.ts#y']],
    [
      'a function and a class',
      { 'src/a.ts': 'export function f() {} export class C {}' },
      ['src/a.ts#f', 'src/a.ts#C'],
    ],
    [
      'a type',
      { 'src/a.ts': '/** T */ export type T = 1; /** T */ export interface I {}' },
      ['src/a.ts#T', 'src/a.ts#I'],
    ],
    ['nothing that its file uses', { 'src/a.ts': 'export type T = 1; export function f(t: T) { f(t); }' }, []],
    [
      'nothing that is imported',
      { 'src/a.ts': 'export const x = 1;', 'src/b/c.ts': "import { x as y } from '../a.ts'" },
      [],
    ],
    [
      'nothing of a file taken whole',
      { 'src/a.ts': 'export const x = 1;', 'b.ts': "import * as a from './src/a.ts'" },
      [],
    ],
    ['nothing of a file loaded late', { 'src/a.ts': 'export const x = 1;', 'b.ts': "await import('./src/a.ts')" }, []],
    ['no export of another folder', { 'bench/a.ts': 'export const x = 1;' }, []],
    [
      'another of that name',
      { 'src/a.ts': 'export const x = 1;', 'b.ts': "import { x } from './c.ts'" },
      ['src/a.ts#x'],
    ],
  ])('finds %s', (_, files, unused) => {
    expect(findUnusedExports(new Map(Object.entries(files)), 'src/')).toEqual(unused);
  });
});

describe('src', () => {
  it('exports nothing that only tests use, or nobody', { timeout: 30_000 }, () => {
    const paths = listFiles().filter((path) => /^(src|bench|demo|manifests)\/.*\.(ts|mjs)$/.test(path));
    const unused = findUnusedExports(new Map(paths.map((path) => [path, readText(path)])), 'src/');
    expect(unused.toSorted()).toEqual(Object.keys(ALLOWED).sort());
  });
});
