// One process, one issuer per demo tenant under its own path, and two shortcuts for developers on this machine.
import { createServer } from 'node:http';
import { Issuers } from './issuers.mjs';
import { bodyOf, login } from './login.mjs';

if (process.env.TANDEM_ENVIRONMENT === 'production') throw new Error('the development provider does not run in production');

const { IDENTITY_HOST: host, IDENTITY_PORT: port, IDENTITY_FOLDER: folder } = process.env;
// In a container whose port is published on this machine's loopback address alone, it listens to more than that.
const { IDENTITY_LISTEN: listen = host } = process.env;
const issuers = new Issuers({
  folder,
  base: `http://${host}:${port}`,
  audience: process.env.TANDEM_AUDIENCE,
  machineSecret: process.env.IDENTITY_MACHINE_SECRET,
});
for (const name of process.env.IDENTITY_ISSUERS.split(',')) issuers.add(name);

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const describe = ({ name, url }) => ({ name, issuer: url, token_endpoint: `${url}/token` });

const routes = {
  'GET /healthz': () => ({ status: 'ok' }),
  'GET /dev/issuers': () => [...issuers.byName.values()].map(describe),
  'POST /dev/issuers': ({ name }) => describe(issuers.add(String(name ?? ''))),
  'POST /dev/token': ({ issuer: named, external_id: externalId, acr, auth_time: authTime, expires_in: lifetime }) => {
    const issuer = issuers.find(named);
    if (!issuer) throw new RangeError(`there is no issuer ${named}`);
    if (!externalId) throw new RangeError('external_id is missing');
    return issuers.mint({ issuer, externalId: String(externalId), acr, authTime, lifetime });
  },
};

async function answer(request, response) {
  const route = routes[`${request.method} ${request.url}`];
  if (route) return shortcut(route, request, response);
  const [, name, ...rest] = request.url.split('/');
  const issuer = issuers.find(name.split('?')[0]);
  if (!issuer) return send(response, 404, { error: 'not_found' });
  request.originalUrl = request.url;
  if (rest[0] === 'login') return login(issuer, request, response);
  // What the provider sees as its root is the issuer's path.
  request.url = `/${rest.join('/')}`;
  return issuer.handle(request, response);
}

async function shortcut(route, request, response) {
  // A page in the developer's browser must not reach these by a name that resolves to this machine.
  const named = (request.headers.host ?? '').replace(/:\d+$/, '');
  const near = listen !== host || LOOPBACK.has(request.socket.remoteAddress);
  if (!near || !['127.0.0.1', 'localhost'].includes(named) || request.headers.origin) {
    return send(response, 403, { error: 'forbidden' });
  }
  try {
    const body = request.method === 'POST' ? JSON.parse(await bodyOf(request)) : {};
    return send(response, 200, await route(body));
  } catch (refused) {
    if (!(refused instanceof RangeError || refused instanceof SyntaxError)) throw refused;
    return send(response, 400, { error: 'invalid_request', error_description: refused.message });
  }
}

function send(response, status, content) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(content));
}

const server = createServer((request, response) => {
  answer(request, response).catch((failed) => {
    console.error(`${request.method} ${request.url.split('?')[0]}: ${failed.name}: ${failed.message}`);
    if (response.headersSent) response.end();
    else send(response, failed.statusCode ?? 500, { error: failed.name });
  });
});
server.listen(Number(port), listen, () => console.log(`${issuers.byName.size} issuers under ${issuers.base}`));
process.on('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
