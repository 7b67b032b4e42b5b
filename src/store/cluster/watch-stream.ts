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

/**
 * Sends a watch request and hands on each message as it arrives, or with others. Returns a function that cuts the connection.
 *
 * @param gathering asked when something has arrived: until when more of it is waited for; undefined to take it in at once
 */
export function openWatchStream(
  exchange: Exchange,
  handler: WatchStreamHandler,
  gathering: () => Promise<void> | undefined,
): () => void {
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
    const onMessage = (message: unknown) => !isOver && handler.onMessage(message);
    deliver(response, gathering, onMessage, end, exchange.what);
  });
  return () => {
    isOver = true;
    request.destroy();
  };
}

function deliver(
  response: IncomingMessage,
  gathering: () => Promise<void> | undefined,
  onMessage: (message: unknown) => void,
  end: (error?: ApiError) => void,
  what: string,
): void {
  const lines = new MessageLines();
  let pieces: Buffer[] = [];
  let isGathering = false;
  const take = () => {
    isGathering = false;
    const taken = pieces;
    pieces = [];
    try {
      for (const piece of taken) for (const message of lines.take(piece)) onMessage(message);
    } catch (cause) {
      end(new ApiError('Unavailable', `${what}: a message that is not understood`, { cause }));
    }
  };
  const finish = (error?: ApiError) => {
    take();
    end(error);
  };
  response.on('data', (piece: Buffer) => {
    pieces.push(piece);
    if (isGathering) return;
    const gathered = gathering();
    isGathering = gathered !== undefined;
    if (gathered === undefined) take();
    else void gathered.then(take);
  });
  response.on('end', () => finish());
  response.on('error', (cause) => finish(new ApiError('Unavailable', `${what}: ${cause.message}`, { cause })));
  response.on('close', () => finish(new ApiError('Unavailable', `${what}: the connection broke off`)));
}
