// Draws a proposal in a branch of its own, looks at what merging it would do, and merges it. For browsers and for Node alike.
import { SvgxClient, newId } from '../../src/Svgx.Web/wwwroot/client/svgx-client.js'; // in your own tool: the copy that the app serves at /client/svgx-client.js

/** @param {import('../../src/Svgx.Web/wwwroot/client/svgx-client.js').SvgxClientOptions} options @param {(line: string) => void} say */
export async function proposal(options, say) {
  const client = new SvgxClient({ username: 'Architect', ...options });
  client.on('branchCreated', branch => say(`branch ${branch.name} from ${branch.from_branch} at revision ${branch.from_revision}`));
  client.on('refused', ({ code, reason }) => say(`refused: ${reason} (${code})`));
  client.connect();
  await new Promise((resolve, reject) => {
    client.on('document', resolve);
    client.on('status', status => { if (status === 'refused') reject(new Error(client.refusal.reason)); });
  });

  const before = await client.createVersion({ name: 'As built' });
  say(`version ${before.version_number} of ${before.branch}: ${before.version_id}`);
  const { name } = await client.createBranch(newId('proposal-'));
  await client.switchBranch(name); // client.model is the branch's drawing from here on
  client.submit({ operation_type: 'create', element_id: newId('window'), data: { x: 40, y: 10, width: 120, height: 12, fill: 'lightblue' } });
  await client.switchBranch('main'); // waits until the server has the window

  const { elements, clashes } = await client.previewMerge(name);
  say(`${elements.length} element${elements.length === 1 ? '' : 's'} would come in, ${clashes.length} clashes`);
  const { version } = await client.mergeBranch(name, { description: 'The window, as proposed', resolutions: [{ choice: 'source' }] });
  const [difference] = await client.diff(before.version_id);
  say(`merged as version ${version.version_number}; main has the ${difference.element_id.startsWith('window') ? 'window' : 'wrong thing'}`);
  return client;
}
