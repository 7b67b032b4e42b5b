import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import { fileNameOf, isStateName, statePathOf } from '../../../src/store/directory/state-path.ts';

describe('statePathOf', { timeout: 30_000 }, () => {
  it('names resource, namespace and name', () => {
    expect(statePathOf(ServiceKind, { namespace: 'prod', name: 'web' })).toBe('services/prod/web.yaml');
    expect(statePathOf(SpeakerStatusKind, { name: 'n1.lan' })).toBe('speakerstatuses.berth.dev/n1.lan.yaml');
  });
});

describe('fileNameOf', { timeout: 30_000 }, () => {
  it.each([
    ['web-1.example', 'web-1.example'],
    ['.', '%2E'],
    ['..', '%2E.'],
    ['.hidden', '%2Ehidden'],
    ['a/b', 'a%2Fb'],
    ['../../etc/passwd', '%2E.%2F..%2Fetc%2Fpasswd'],
    ['Web', '%57eb'],
    ['a%2Fb', 'a%252%46b'],
    ['ü', '%C3%BC'],
    ['a\0b', 'a%00b'],
    ['', '%'],
  ])('makes %j one component of a path', (name, encoded) => {
    expect(fileNameOf(name)).toBe(encoded);
  });

  it('keeps within what a file system takes, tells any two names apart, and never leaves the folder', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ minLength: 190, maxLength: 260 }),
      fc.constantFrom('.', '..', ''),
    );
    fc.assert(
      fc.property(name, name, (a, b) => {
        const encoded = fileNameOf(a);
        expect(encoded).toMatch(/^[a-z0-9%-][A-Za-z0-9%.-]*$/);
        expect(encoded.length).toBeLessThanOrEqual(200);
        expect(isStateName(`${encoded}.yaml`)).toBe(true);
        expect(encoded === fileNameOf(b)).toBe(a === b);
      }),
    );
  });
});
