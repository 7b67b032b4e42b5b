import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { LogFormat, LogLevel } from '../../src/log/logger.ts';
import { openLogger } from '../../src/log/winston.ts';

const NOW = new Date('2026-01-02T03:04:05.678Z');

function open(level: LogLevel, format: LogFormat, isTTY = false, plain = false) {
  const stream = Object.assign(new PassThrough(), { isTTY });
  const logger = openLogger({ level, format, stream, plain, now: () => NOW });
  return { logger, text: () => String(stream.read() ?? '') };
}

describe('openLogger', () => {
  it('writes one JSON object a line: ts, level, msg, then the fields of the logger and of the call', () => {
    const { logger, text } = open('info', 'json');
    logger.with({ node: 'n1' }).info('address assigned', { service: 'default/web' });
    expect(text()).toBe(
      '{"ts":"2026-01-02T03:04:05.678Z","level":"info","msg":"address assigned","node":"n1","service":"default/web"}\n',
    );
  });

  it('lets no field take the place of ts, level or msg', () => {
    const { logger, text } = open('info', 'json');
    logger.warn('real', { msg: 'forged', level: 'debug', ts: 0 });
    expect(JSON.parse(text())).toEqual({ ts: NOW.toISOString(), level: 'warn', msg: 'real' });
  });

  it('serialises errors with code and cause', () => {
    const { logger, text } = open('info', 'json');
    const cause = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    logger.error('cannot write', { error: new Error('write failed', { cause }) });
    const { error } = JSON.parse(text());
    expect(error).toMatchObject({
      name: 'Error',
      message: 'write failed',
      cause: { message: 'no such file', code: 'ENOENT' },
    });
    expect(error.stack).toContain('winston.test.ts');
  });

  it('tells of a refusal without the stack, as its code and message say it all, except where it is a fault or for debugging', () => {
    const cause = new SyntaxError('half an answer');
    const refused = Object.assign(new Error('the API server is away', { cause }), { code: 'Unavailable' });
    const fault = new TypeError('no such member');
    const invalid = Object.assign(new TypeError('not a number'), { code: 'ERR_INVALID_ARG_TYPE' });
    const fields = { refused, fault, invalid, wrapped: new Error('inside', { cause: refused }) };
    const hasStack = (value: Record<string, unknown>) => value.stack !== undefined;
    const stacks = (['debug', 'info', 'warn', 'error'] as const).map((level) => {
      const { logger, text } = open('debug', 'json');
      logger[level]('m', fields);
      const line = JSON.parse(text());
      expect(line.refused).toMatchObject({ message: 'the API server is away', code: 'Unavailable' });
      expect(line.refused.cause).toMatchObject({ name: 'SyntaxError', message: 'half an answer' });
      const told = [line.refused, line.refused.cause, line.wrapped.cause, line.wrapped, line.fault, line.invalid];
      return told.map(hasStack);
    });
    const all = [true, true, true, true, true, true];
    const faults = [false, false, false, true, true, true];
    expect(stacks).toEqual([all, faults, faults, all]);
  });

  it.each<[LogLevel, LogLevel[]]>([
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
  ])('at level %s writes %j', (level, written) => {
    const { logger, text } = open(level, 'json');
    logger.error('m');
    logger.warn('m');
    logger.info('m');
    logger.debug('m');
    const levels = text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).level);
    expect(levels).toEqual(written);
  });

  it('does not touch the fields of a line below the level', () => {
    const { logger, text } = open('info', 'json');
    let read = 0;
    const fields = {
      get address() {
        read++;
        return '192.0.2.1';
      },
    };
    logger.debug('answered', fields);
    expect(read).toBe(0);
    expect(text()).toBe('');
    logger.info('answered', fields);
    expect(read).toBeGreaterThan(0);
  });

  it.each(['password', 'token', 'secret', 'bgpPassword', 'clientSecret', 'Authorization', 'private_key'])(
    'never prints the value of a field named %s',
    (name) => {
      for (const format of ['json', 'text'] as const) {
        const { logger, text } = open('debug', format);
        logger.info('peer', { [name]: 'hunter2' });
        logger.info('peer', { list: [{ deep: { [name]: { value: 'hunter2' } } }], map: new Map([[name, 'hunter2']]) });
        logger.with({ [name]: 'hunter2' }).error('peer');
        const written = text();
        expect(written.split('\n')).toHaveLength(4);
        expect(written).not.toContain('hunter2');
        expect(written).toContain('[redacted]');
      }
    },
  );

  it('writes values that JSON has no form for', () => {
    const { logger, text } = open('info', 'json');
    const loop: Record<string, unknown> = { size: 1n << 64n, since: NOW, set: new Set(['a']) };
    loop.self = loop;
    logger.info('m', loop);
    expect(JSON.parse(text())).toMatchObject({
      size: '18446744073709551616',
      since: NOW.toISOString(),
      set: ['a'],
    });
  });

  it('auto is JSON on a pipe, text on a terminal', () => {
    const pipe = open('info', 'auto');
    pipe.logger.info('m');
    expect(pipe.text()).toMatch(/^\{/);
    const terminal = open('info', 'auto', true);
    terminal.logger.info('m');
    expect(terminal.text().startsWith('\u001b[2m2026')).toBe(true);
  });

  it('writes text lines for people, without colour where that is asked for', () => {
    const { logger, text } = open('info', 'text', true, true);
    logger.warn('file is broken', {
      file: 'a b.yaml',
      line: 3,
      addresses: ['192.0.2.1'],
      absent: undefined,
      error: new Error('outer', { cause: new Error('inner') }),
    });
    expect(text()).toBe(
      '2026-01-02T03:04:05.678Z warn  file is broken file="a b.yaml" line=3 addresses=["192.0.2.1"] error="outer: inner"\n',
    );
  });

  it('keeps text from outside on its line and away from the terminal', () => {
    for (const format of ['json', 'text'] as const) {
      const { logger, text } = open('info', format);
      logger.info('bad\u001b[2J\nname', { name: 'x\r\n2026 error forged\u009b1m' });
      const written = text();
      expect(written.split('\n')).toHaveLength(2);
      expect(written).not.toContain('\u001b');
      expect(written).not.toContain('\r');
    }
  });
});
