// The web server of one node: node page.mjs NAME
import { createServer } from 'node:http';

const name = process.argv[2];
createServer((_request, response) => response.end(`Hello from ${name}.\n`)).listen(80);
