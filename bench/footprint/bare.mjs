// Node.js itself: a server that answers, and nothing else.
import { createServer } from 'node:http';

createServer((_, response) => response.end('ok\n')).listen(Number(process.argv[2]), '127.0.0.1');
