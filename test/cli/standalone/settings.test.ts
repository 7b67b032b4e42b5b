import { describe, expect, it } from 'vitest';
import { type StandaloneOptions, standaloneSettings } from '../../../src/cli/standalone/settings.ts';

const OPTIONS: StandaloneOptions = {
  speaker: true,
  httpAddress: '127.0.0.1:7480',
  logFormat: 'auto',
  logLevel: 'info',
};

describe('standaloneSettings', () => {
  it('names the node after the host, in lower case as the kubelet does', () => {
    expect(standaloneSettings({ hostname: 'Node-1.Example.com' }, '/etc/berth', OPTIONS)).toEqual({
      directory: '/etc/berth',
      stateDirectory: undefined,
      nodeName: 'node-1.example.com',
      shared: false,
      speaker: true,
      loadBalancerClass: undefined,
      rejectUnserved: false,
      reserved: [],
      http: { host: '127.0.0.1', port: 7480 },
    });
  });

  it('has no server with --http-address off', () => {
    expect(standaloneSettings({ hostname: 'n1' }, '.', { ...OPTIONS, httpAddress: 'off' }).http).toBeUndefined();
  });

  it.each([
    [{ node: 'Node_1' }, 'n1', /^--node Node_1 is not a DNS-1123 name/],
    [{}, 'my_host', /^the host name my_host is not a DNS-1123 name.*give the name of the Node with --node NAME$/],
    [{ httpAddress: '7480' }, 'n1', /^"7480" is not HOST:PORT/],
  ])('refuses %j on %s', (options, hostname, message) => {
    expect(() => standaloneSettings({ hostname }, '.', { ...OPTIONS, ...options })).toThrow(message);
  });
});
