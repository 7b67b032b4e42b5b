// The program of a pod: node probed.mjs MILLISECONDS. Answers /ready, and /live until it is asked for /break; takes its
// time to end.
import { createServer } from 'node:http';

const fine = new Set(['/ready', '/live', '/break']);
createServer(({ url }, response) => {
  response.writeHead(fine.has(url) ? 200 : 404).end();
  if (url === '/break') fine.delete('/live');
}).listen(8080);
process.on('SIGTERM', () => setTimeout(() => process.exit(0), Number(process.argv[2])));
