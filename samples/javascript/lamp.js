// Joins a drawing, adds a lamp, moves it, and tells what others do. For browsers and for Node alike.
import { SvgxClient, newId } from '../../src/Svgx.Web/wwwroot/client/svgx-client.js'; // in your own tool: the copy that the app serves at /client/svgx-client.js

/** @param {import('../../src/Svgx.Web/wwwroot/client/svgx-client.js').SvgxClientOptions} options @param {(line: string) => void} say */
export async function lamp(options, say) {
  const client = new SvgxClient({ username: 'Lamp fitter', ...options });
  client.on('status', status => say(status));
  client.on('refused', ({ code, reason }) => say(`refused: ${reason} (${code})`));
  client.on('operations', operations => operations.forEach(({ revision, username, operation_type, element_id }) => say(`${revision}: ${username} ${operation_type} ${element_id}`)));
  client.connect();
  await new Promise((resolve, reject) => {
    client.on('document', resolve); // the whole drawing is here
    client.on('status', status => { if (status === 'refused') reject(new Error(client.refusal.reason)); });
  });

  // Shown at once in client.model; saved when the server has acknowledged it, however often the connection is lost until then.
  const lampId = newId('lamp');
  client.submit({ operation_type: 'create', element_id: lampId, data: { type: 'circle', cx: 300, cy: 200, r: 20, fill: 'gold' } });
  client.submit({ operation_type: 'move', element_id: lampId, data: { dx: 50, dy: 0 } });
  say(`${client.model.elements.size} elements with the lamp in it, the lamp at ${client.model.get(lampId).attributes.get('cx')}`);
  await new Promise(resolve => { client.on('pending', count => { if (count === 0) resolve(); }); });
  say('saved');
  return client;
}
