import * as z from 'zod';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';

/** For both questions together a scraper waits as long as this at most. Milliseconds. */
const PATIENCE = 4_000;

const tokenReview = z.looseObject({
  status: z.looseObject({
    authenticated: z.boolean().optional(),
    user: z
      .looseObject({
        username: z.string().optional(),
        uid: z.string().optional(),
        groups: z.array(z.string()).optional(),
        extra: z.record(z.string(), z.array(z.string())).optional(),
      })
      .optional(),
  }),
});

const accessReview = z.looseObject({
  status: z.looseObject({ allowed: z.boolean(), denied: z.boolean().optional() }),
});

/**
 * Asks the API server who holds a token (authentication.k8s.io/v1 TokenReview), and whether that one may get a path that
 * is of no resource (authorization.k8s.io/v1 SubjectAccessReview).
 *
 * @throws ApiError where the API server does not answer, or does not let us ask
 */
export async function tokenAccess(
  client: Pick<ApiClient, 'request'>,
  token: string,
  path: string,
): Promise<'Granted' | 'Unauthenticated' | 'Forbidden'> {
  const { status: found } = await review(client, 'authentication.k8s.io', 'TokenReview', { token }, tokenReview);
  const { username, uid, groups, extra } = found.user ?? {};
  if (found.authenticated !== true || !username) return 'Unauthenticated';
  const spec = { user: username, uid, groups, extra, nonResourceAttributes: { path, verb: 'get' } };
  const { status } = await review(client, 'authorization.k8s.io', 'SubjectAccessReview', spec, accessReview);
  return status.allowed && status.denied !== true ? 'Granted' : 'Forbidden';
}

async function review<S extends z.ZodType>(
  client: Pick<ApiClient, 'request'>,
  group: string,
  kind: string,
  spec: object,
  schema: S,
): Promise<z.output<S>> {
  const path = `/apis/${group}/v1/${kind.toLowerCase()}s`;
  const body = { apiVersion: `${group}/v1`, kind, spec };
  const answer = await client.request({ method: 'POST', path, body, timeoutMillis: PATIENCE / 2, triesAgain: false });
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ApiError('Unavailable', `POST ${path}: the answer is no ${kind}`);
}
