import { describe, expect, it } from 'vitest';
import { HealthCheckError, parseHealthCheck } from '../../src/api/health-check.ts';

const DEFAULTS = { interval: 2000, timeout: 1000, fall: 3, rise: 2 };

describe('parseHealthCheck', () => {
  it.each([
    ['tcp://127.0.0.1:6443', { host: '127.0.0.1', port: 6443, ...DEFAULTS }],
    ['tcp://[::1]:80/', { host: '::1', port: 80, ...DEFAULTS }],
    ['tcp://localhost:1?fall=1', { host: 'localhost', port: 1, ...DEFAULTS, fall: 1 }],
    [
      'tcp://192.0.2.1:6443?interval=1s&timeout=500ms&fall=2&rise=4',
      { host: '192.0.2.1', port: 6443, interval: 1000, timeout: 500, fall: 2, rise: 4 },
    ],
  ])('reads %s', (text, check) => {
    expect(parseHealthCheck(text)).toEqual(check);
  });

  it.each([
    ['', /no tcp:/],
    ['127.0.0.1:6443', /no tcp:/],
    ['https://127.0.0.1:6443', /no tcp:/],
    ['tcp://127.0.0.1', /lacks a host or a port/],
    ['tcp://127.0.0.1:0', /lacks a host or a port/],
    ['tcp://127.0.0.1:70000', /no tcp:/],
    ['tcp://u:p@127.0.0.1:1', /says too much/],
    ['tcp://127.0.0.1:1/healthz', /says too much/],
    ['tcp://127.0.0.1:1?path=x', /no path: known are interval, timeout, fall, rise/],
    ['tcp://127.0.0.1:1?interval=2', /interval is not 100ms to 1h/],
    ['tcp://127.0.0.1:1?timeout=1ms', /timeout is not/],
    ['tcp://127.0.0.1:1?interval=2h', /interval is not/],
    ['tcp://127.0.0.1:1?fall=0', /fall is not 1 to 100/],
    ['tcp://127.0.0.1:1?rise=1e1', /rise is not/],
  ])('says what is wrong with "%s", and how to write it', (text, reason) => {
    expect(() => parseHealthCheck(text)).toThrow(HealthCheckError);
    expect(() => parseHealthCheck(text)).toThrow(reason);
    expect(() => parseHealthCheck(text)).toThrow('write it such as tcp://127.0.0.1:6443');
  });
});
