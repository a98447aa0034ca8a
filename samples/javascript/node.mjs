// node node.mjs SERVER TOKEN [proposal], as the HostServer sample prints them. Node 22 and later have a WebSocket; Node 20 needs: node --experimental-websocket node.mjs SERVER TOKEN
import { lamp } from './lamp.js';
import { proposal } from './proposal.js';

const [url, token, which] = process.argv.slice(2);
if (!token) {
  console.error('node node.mjs SERVER TOKEN [proposal]');
  process.exit(1);
}
if (typeof WebSocket === 'undefined') {
  console.error('This Node has no WebSocket of its own. Start it with --experimental-websocket, or take Node 22.');
  process.exit(1);
}
const say = line => console.log(line);
if (which === 'proposal') (await proposal({ url, token }, say)).close();
else await lamp({ url, token }, say);
