import type { IncomingMessage } from 'node:http';
import { ApiError, errorOfAnswer } from './api-error.ts';
import { type Exchange, failureOf, readBody, send } from './exchange.ts';
import { MessageLines } from './message-lines.ts';

/** Told what a watch receives; nothing after `onEnd`, nothing after it was stopped. */
export interface WatchStreamHandler {
  /** The server has accepted the watch. */
  onOpen(): void;
  onMessage(message: unknown): void;
  /** The connection is over: without an error where the server ended it in good order. */
  onEnd(error: ApiError | undefined): void;
}

/** Sends a watch request and hands on each message as it arrives. Returns a function that cuts the connection. */
export function openWatchStream(exchange: Exchange, handler: WatchStreamHandler): () => void {
  let isOver = false;
  const request = send(exchange);
  const end = (error?: ApiError) => {
    if (isOver) return;
    isOver = true;
    request.destroy();
    handler.onEnd(error);
  };
  let hasAnswer = false;
  request.on('error', (cause) => end(failureOf(exchange.what, cause, request, { hasAnswer })));
  request.on('response', (response) => {
    hasAnswer = true;
    const status = response.statusCode ?? 0;
    if (status !== 200) {
      readBody(response).then(
        (body) => end(errorOfAnswer(exchange.what, status, body, response.headers['retry-after'])),
        () => end(errorOfAnswer(exchange.what, status, '')),
      );
      return;
    }
    if (isOver) return;
    handler.onOpen();
    deliver(response, (message) => !isOver && handler.onMessage(message), end, exchange.what);
  });
  return () => {
    isOver = true;
    request.destroy();
  };
}

function deliver(
  response: IncomingMessage,
  onMessage: (message: unknown) => void,
  end: (error?: ApiError) => void,
  what: string,
): void {
  const lines = new MessageLines();
  response.on('data', (piece: Buffer) => {
    try {
      for (const message of lines.take(piece)) onMessage(message);
    } catch (cause) {
      end(new ApiError('Unavailable', `${what}: a message that is not understood`, { cause }));
    }
  });
  response.on('end', () => end());
  response.on('error', (cause) => end(new ApiError('Unavailable', `${what}: ${cause.message}`, { cause })));
  response.on('close', () => end(new ApiError('Unavailable', `${what}: the connection broke off`)));
}
