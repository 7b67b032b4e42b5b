import { describe, expect, it } from 'vitest';
import { type AccessVerdict, bearerToken } from '../../src/http/access.ts';
import { cachedAccess } from '../../src/http/cached-access.ts';

describe('bearerToken', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['Basic abc', undefined],
    ['Bearer', undefined],
    ['Bearer ', undefined],
    ['Bearer a b', undefined],
    ['Bearer a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
    ['bearer  abc ', 'abc'],
  ])('%j -> %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });
});

function setUp(answers: Readonly<Record<string, AccessVerdict>> = {}) {
  const asked: string[] = [];
  let time = 0;
  const access = cachedAccess(
    async (token, path) => {
      asked.push(`${token} ${path}`);
      const verdict = answers[token];
      if (verdict === undefined) throw new Error('the API server does not answer');
      return verdict;
    },
    () => time,
  );
  return { asked, access, pass: (millis: number) => (time += millis) };
}

describe('cachedAccess', () => {
  it('asks once in 10 s for each token and path, whatever the answer', async () => {
    const { asked, access, pass } = setUp({ a: 'Granted', b: 'Forbidden' });
    expect(await Promise.all([access('a', '/metrics'), access('a', '/metrics')])).toEqual(['Granted', 'Granted']);
    expect(await access('b', '/metrics')).toBe('Forbidden');
    expect(await access('a', '/status')).toBe('Granted');
    pass(9_999);
    await access('a', '/metrics');
    await access('b', '/metrics');
    expect(asked).toEqual(['a /metrics', 'b /metrics', 'a /status']);
    pass(1);
    await access('a', '/metrics');
    expect(asked).toHaveLength(4);
  });

  it('keeps no failure', async () => {
    const { asked, access } = setUp();
    await expect(access('a', '/metrics')).rejects.toThrow('does not answer');
    await expect(access('a', '/metrics')).rejects.toThrow('does not answer');
    expect(asked).toHaveLength(2);
  });

  it('asks of four tokens at a time, and rejects the others', async () => {
    const waiting: ((verdict: AccessVerdict) => void)[] = [];
    const access = cachedAccess(() => new Promise((resolve) => waiting.push(resolve)));
    const all = ['a', 'b', 'c', 'd', 'e'].map((token) => access(token, '/metrics'));
    await expect(all[4]).rejects.toThrow('4 other tokens are being reviewed');
    for (const answer of waiting) answer('Granted');
    expect(await Promise.all(all.slice(0, 4))).toEqual(Array.from({ length: 4 }, () => 'Granted'));
    const late = access('e', '/metrics');
    waiting.at(-1)?.('Forbidden');
    expect(await late).toBe('Forbidden');
  });

  it('forgets the oldest of many', async () => {
    const { asked, access } = setUp(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`t${n}`, 'Granted'])));
    for (let n = 0; n < 300; n++) await access(`t${n}`, '/metrics');
    await access('t299', '/metrics');
    expect(asked).toHaveLength(300);
    await access('t0', '/metrics');
    expect(asked).toHaveLength(301);
  });
});
