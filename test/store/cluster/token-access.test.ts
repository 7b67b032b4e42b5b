import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../src/store/cluster/api-client.ts';
import { ApiError } from '../../../src/store/cluster/api-error.ts';
import { tokenAccess } from '../../../src/store/cluster/token-access.ts';

const USER = { username: 'prometheus', uid: '7', groups: ['g'], extra: { 'a/b': ['c'] } };

async function ask(...answers: readonly unknown[]) {
  const requests: ApiRequest[] = [];
  const request = async (each: ApiRequest): Promise<unknown> => {
    const answer = answers[requests.push(each) - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const verdict = await tokenAccess({ request }, 'secret', '/metrics').catch((error: unknown) => error);
  return { verdict, requests };
}

describe('tokenAccess', () => {
  it('asks who it is, and whether that one may', async () => {
    const review = { status: { authenticated: true, user: USER } };
    const { verdict, requests } = await ask(review, { status: { allowed: true } });
    expect(verdict).toBe('Granted');
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /apis/authentication.k8s.io/v1/tokenreviews',
      'POST /apis/authorization.k8s.io/v1/subjectaccessreviews',
    ]);
    expect(requests[0]?.body).toMatchObject({ kind: 'TokenReview', spec: { token: 'secret' } });
    const { username: user, ...rest } = USER;
    const nonResourceAttributes = { path: '/metrics', verb: 'get' };
    expect(requests[1]?.body).toMatchObject({ spec: { user, ...rest, nonResourceAttributes } });
  });

  it.each([
    ['an unknown token', [{ status: { authenticated: false } }], 'Unauthenticated'],
    ['a token with an error', [{ status: { error: 'expired' } }], 'Unauthenticated'],
    ['a user without a name', [{ status: { authenticated: true, user: {} } }], 'Unauthenticated'],
    [
      'a user without the right',
      [{ status: { authenticated: true, user: USER } }, { status: { allowed: false } }],
      'Forbidden',
    ],
    [
      'one who is denied it',
      [{ status: { authenticated: true, user: USER } }, { status: { allowed: true, denied: true } }],
      'Forbidden',
    ],
  ])('%s', async (_, answers, verdict) => {
    expect((await ask(...answers)).verdict).toBe(verdict);
  });

  it.each([
    ['no answer', [new ApiError('Unavailable', 'down')]],
    ['an answer of another shape', [{}]],
    [
      'no answer to the second question',
      [{ status: { authenticated: true, user: USER } }, new ApiError('Forbidden', 'x')],
    ],
    ['half an answer to it', [{ status: { authenticated: true, user: USER } }, { status: {} }]],
  ])('never grants on %s', async (_, answers) => {
    expect((await ask(...answers)).verdict).toBeInstanceOf(ApiError);
  });
});
