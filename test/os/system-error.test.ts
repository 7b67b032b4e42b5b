import { describe, expect, it } from 'vitest';
import { describeError, errorCode } from '../../src/os/system-error.ts';

const denied = Object.assign(new Error('EPERM: operation not permitted, socket'), { code: 'EPERM' });

describe('describeError', () => {
  it('says what was being done, why it failed, and what helps', () => {
    const error = describeError(denied, 'cannot open a packet socket', { EPERM: 'run as root' });
    expect(error.message).toBe('cannot open a packet socket: EPERM: operation not permitted, socket: run as root');
    expect(error).toMatchObject({ name: 'SystemError', code: 'EPERM', cause: denied });
  });

  it('takes what is no system error', () => {
    expect(describeError('odd', 'cannot')).toMatchObject({ code: 'UNKNOWN', message: 'cannot: odd' });
  });
});

describe('errorCode', () => {
  it.each([
    [denied, 'EPERM'],
    [new Error('no code'), undefined],
    [Object.assign(new Error('number'), { code: 1 }), undefined],
    [{ code: 'EPERM' }, undefined],
    [undefined, undefined],
  ])('of %s', (error, code) => {
    expect(errorCode(error)).toBe(code);
  });
});
