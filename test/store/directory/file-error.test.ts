import { describe, expect, it } from 'vitest';
import { unreadableMessage, unwritableMessage } from '../../../src/store/directory/file-error.ts';

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: so the system says`), { code });
}

describe('unreadableMessage', () => {
  it.each([
    ['ENOENT', 'is not there: make it, or name another'],
    ['EACCES', 'cannot be read for lack of permission: give this user the right to read it'],
    ['EIO', 'cannot be read: EIO: so the system says'],
  ])('%s', (code, message) => {
    expect(unreadableMessage(failure(code))).toBe(message);
  });
});

describe('unwritableMessage', () => {
  it.each([
    ['EACCES', 'EACCES: so the system says: let this user write there'],
    ['EROFS', 'EROFS: so the system says: mount it so that it can be written to'],
    ['ENOSPC', 'ENOSPC: so the system says: make room there'],
    ['EIO', 'EIO: so the system says'],
  ])('%s', (code, message) => {
    expect(unwritableMessage(failure(code))).toBe(message);
  });
});
