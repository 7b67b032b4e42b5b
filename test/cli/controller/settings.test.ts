import { describe, expect, it } from 'vitest';
import { type ControllerOptions, controllerSettings } from '../../../src/cli/controller/settings.ts';

const OPTIONS: ControllerOptions = {
  namespace: 'berth-system',
  ingressGrace: '1m30s',
  httpAddress: ':7480',
  logFormat: 'auto',
  logLevel: 'info',
};

describe('controllerSettings', () => {
  it('names each process, even of one pod, differently', () => {
    const [first, second] = [1, 2].map(() => controllerSettings({ hostname: 'berth-controller-0' }, OPTIONS));
    expect(first).toEqual({
      cluster: { kubeconfig: undefined, context: undefined },
      namespace: 'berth-system',
      identity: expect.stringMatching(/^berth-controller-0_[\da-f-]{36}$/),
      loadBalancerClass: undefined,
      ingressGrace: 90_000,
      defaultAdvertisement: false,
      reserved: [],
      http: { host: '', port: 7480 },
    });
    expect(second?.identity).not.toBe(first?.identity);
  });

  it.each([
    [{ namespace: 'Berth' }, /^--namespace Berth is not a DNS-1123 label/],
    [{ ingressGrace: '90' }, /^--ingress-grace: "90" is not a duration such as/],
    [{ reserved: ['10.0.0.0/33', '10.0.0.1', 'x'] }, /^--reserved: .*10\.0\.0\.0\/33.*; .*x/],
    [{ httpAddress: '7480' }, /^"7480" is not HOST:PORT/],
  ])('refuses %j', (options, message) => {
    expect(() => controllerSettings({ hostname: 'a' }, { ...OPTIONS, ...options })).toThrow(message);
  });
});
