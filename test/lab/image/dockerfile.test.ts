import { describe, expect, it } from 'vitest';
import { argument, lastStage } from './dockerfile.ts';

describe('lastStage', () => {
  it('is what the last FROM begins', () => {
    const text = `FROM node AS a
RUN make

FROM scratch
COPY --from=a /made/ /
ENV X=1
ENV OPTIONS=--a=b
USER 5:5
ENTRYPOINT ["/bin/a", "b"]
`;
    expect(lastStage(text)).toEqual({
      base: 'scratch',
      copies: [{ stage: 'a', source: '/made/', target: '/' }],
      environment: { X: '1', OPTIONS: '--a=b' },
      user: '5:5',
      entrypoint: ['/bin/a', 'b'],
    });
  });

  it.each(['RUN apt-get install', 'ADD x /', 'COPY x /', 'COPY --from=a --chmod=777 x /'])('refuses %s', (line) => {
    expect(() => lastStage(`FROM scratch\n${line}\n`)).toThrow(/what does ".*" put into the image\?/);
  });
});

describe('argument', () => {
  const text = 'ARG NODE=24\nARG BARE\nFROM node\n';

  it('is what it is by default', () => {
    expect(argument(text, 'NODE')).toBe('24');
  });

  it.each(['BARE', 'NOD', 'OTHER'])('is not there: %s', (name) => {
    expect(() => argument(text, name)).toThrow(`Dockerfile: no ARG ${name} with a value`);
  });
});
