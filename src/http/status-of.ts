import { get } from 'node:http';

/** The status code that a URL answers a GET with; undefined where nothing answers within the time, in milliseconds. */
export function statusOf(url: string, timeout: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume();
      response.on('error', () => undefined);
      resolve(response.statusCode);
    });
    // An AbortSignal would cost more than the request, and once more when its time is over, long after the answer.
    const timer = setTimeout(() => request.destroy(), timeout).unref();
    request.on('error', () => resolve(undefined));
    request.on('close', () => clearTimeout(timer));
  });
}
