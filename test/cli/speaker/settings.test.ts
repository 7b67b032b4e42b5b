import { describe, expect, it } from 'vitest';
import { type SpeakerOptions, speakerSettings } from '../../../src/cli/speaker/settings.ts';

const OPTIONS: SpeakerOptions = { httpAddress: ':7481', logFormat: 'auto', logLevel: 'info' };
const HOST = { hostname: 'Node-1.Example.com', env: {} };

describe('speakerSettings', () => {
  it.each([
    [{ node: 'n1' }, { ...HOST, env: { NODE_NAME: 'n2' } }, 'n1'],
    [{}, { ...HOST, env: { NODE_NAME: 'n2' } }, 'n2'],
    [{}, { ...HOST, env: { NODE_NAME: '' } }, 'node-1.example.com'],
    [{}, HOST, 'node-1.example.com'],
  ])('with %j on %j speaks for %s', (options, context, name) => {
    expect(speakerSettings(context, { ...OPTIONS, ...options }).nodeName).toBe(name);
  });

  it.each([
    [{ node: 'N_1' }, HOST, /^--node N_1 is not a DNS-1123 name/],
    [{}, { ...HOST, env: { NODE_NAME: 'N_2' } }, /^NODE_NAME N_2 is not a DNS-1123 name/],
    [{}, { ...HOST, hostname: 'my_host' }, /^the host name my_host .*--node NAME$/],
    [{ httpAddress: 'x' }, HOST, /is not HOST:PORT/],
  ])('refuses %j on %j', (options, context, message) => {
    expect(() => speakerSettings(context, { ...OPTIONS, ...options })).toThrow(message);
  });
});
