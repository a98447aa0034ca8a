// node node.mjs SERVER TOKEN, as the HostServer sample prints them. Node 22 and later have a WebSocket; Node 20 needs: node --experimental-websocket node.mjs SERVER TOKEN
import { lamp } from './lamp.js';

const [url, token] = process.argv.slice(2);
if (!token) {
  console.error('node node.mjs SERVER TOKEN');
  process.exit(1);
}
if (typeof WebSocket === 'undefined') {
  console.error('This Node has no WebSocket of its own. Start it with --experimental-websocket, or take Node 22.');
  process.exit(1);
}
await lamp({ url, token }, line => console.log(line));
