import { get } from 'node:http';

/** The status code that a URL answers a GET with; undefined where nothing answers within the time, in milliseconds. */
export function statusOf(url: string, timeout: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(timeout) }, (response) => {
      response.resume();
      response.on('error', () => undefined);
      resolve(response.statusCode);
    });
    request.on('error', () => resolve(undefined));
  });
}
