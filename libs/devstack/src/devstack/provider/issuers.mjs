// The issuers of the demo tenants: each an OIDC provider of its own, with keys that survive a restart.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT, importJWK } from 'jose';
import Provider, { interactionPolicy } from 'oidc-provider';

export const NAME = /^[a-z][a-z0-9-]{1,30}$/;
const ACR = 'urn:tandem:acr:password';
const LIFETIME = 300;
const LONGEST = 3600;

export class Issuers {
  constructor({ folder, base, audience, machineSecret }) {
    Object.assign(this, { folder, base, audience, machineSecret });
    this.byName = new Map();
    mkdirSync(folder, { recursive: true });
    this.listFile = join(folder, 'issuers.json');
    for (const name of existsSync(this.listFile) ? JSON.parse(readFileSync(this.listFile)) : []) this.open(name);
  }

  add(name) {
    if (!NAME.test(name)) throw new RangeError('an issuer name is 2 to 31 of a-z, 0-9 and -, starting with a letter');
    if (!this.byName.has(name)) {
      this.open(name);
      save(this.listFile, [...this.byName.keys()]);
    }
    return this.byName.get(name);
  }

  // Finds by name or by issuer URL.
  find(nameOrUrl) {
    const named = String(nameOrUrl ?? '');
    return this.byName.get(named.startsWith(`${this.base}/`) ? named.slice(this.base.length + 1) : named);
  }

  open(name) {
    const url = `${this.base}/${name}`;
    const keyFile = join(this.folder, `${name}.jwk.json`);
    if (!existsSync(keyFile)) save(keyFile, newKey(name));
    const key = JSON.parse(readFileSync(keyFile));
    const provider = new Provider(url, configuration(this, name, key));
    this.byName.set(name, { name, url, key, provider, handle: provider.callback() });
  }

  // A person's access token as the provider itself would issue it, without the login.
  async mint({ issuer, externalId, acr = ACR, authTime, lifetime = LIFETIME }) {
    const now = Math.floor(Date.now() / 1000);
    const expiresIn = Math.min(Number(lifetime), LONGEST);
    const token = await new SignJWT({
      client_id: 'tandem-dev', external_id: externalId, acr, auth_time: Number(authTime ?? now), scope: 'openid',
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: issuer.key.kid })
      .setIssuer(issuer.url).setSubject(subjectOf(externalId)).setAudience(this.audience)
      .setIssuedAt(now).setExpirationTime(now + expiresIn).setJti(randomUUID())
      .sign(await importJWK(issuer.key, 'ES256'));
    return { access_token: token, token_type: 'Bearer', expires_in: expiresIn };
  }
}

// The subject is opaque to the product, which binds it to a person at the first login by the claim `external_id`.
export const subjectOf = (externalId) => `p-${Buffer.from(externalId).toString('base64url')}`;
const externalIdOf = (subject) => Buffer.from(subject.slice(2), 'base64url').toString();

function newKey(name) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: `${name}-${Date.now().toString(36)}` };
}

function save(file, content) {
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function configuration(issuers, name, key) {
  return {
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(32).toString('hex')], names: { session: `${name}_session`, interaction: `${name}_login`, resume: `${name}_resume` } },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clients: [portalClient(), machineClient(issuers.machineSecret)],
    pkce: { required: () => true },
    acrValues: [ACR],
    scopes: ['openid', 'offline_access'],
    claims: { openid: ['sub', 'external_id'], acr: null, auth_time: null },
    ttl: { AccessToken: LIFETIME, ClientCredentials: LIFETIME, IdToken: LIFETIME, Interaction: 3600, Session: 43200, Grant: 43200, RefreshToken: 43200 },
    interactions: { policy: loginOnly(), url: (_, interaction) => `/${name}/login/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => issuers.audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx) => ({
          audience: issuers.audience,
          // A development provider grants the scopes that are asked for; what they allow is the API's business.
          scope: ctx.oidc.params?.scope ?? '',
          accessTokenFormat: 'jwt',
          accessTokenTTL: LIFETIME,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    findAccount: (_, subject) => ({ accountId: subject, claims: () => ({ sub: subject, external_id: externalIdOf(subject) }) }),
    extraTokenClaims: (ctx, token) => (token.accountId ? personClaims(ctx, token.accountId) : undefined),
    loadExistingGrant: grantAll(issuers.audience),
  };
}

// Native clients would be asked for consent at every login; here typing the name is consent.
function loginOnly() {
  const policy = interactionPolicy.base();
  policy.get('consent').checks.remove('native_client_prompt');
  return policy;
}

function portalClient() {
  return {
    client_id: 'tandem-portal', application_type: 'native', token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
    // Native clients may use any port on the loopback address.
    redirect_uris: ['http://127.0.0.1/auth/callback'], post_logout_redirect_uris: ['http://127.0.0.1/'],
  };
}

function machineClient(secret) {
  return {
    client_id: 'tandem-machine', client_secret: secret, token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'], response_types: [], redirect_uris: [],
  };
}

function personClaims(ctx, accountId) {
  const login = ctx.oidc.entities.AuthorizationCode ?? ctx.oidc.entities.RefreshToken;
  return { external_id: externalIdOf(accountId), acr: login?.acr ?? ACR, auth_time: login?.authTime };
}

function grantAll(audience) {
  return async (ctx) => {
    const { client, session, params } = ctx.oidc;
    const known = session.grantIdFor(client.clientId);
    const grant = known ? await ctx.oidc.provider.Grant.find(known) : undefined;
    const granted = grant ?? new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    granted.addOIDCScope('openid offline_access');
    granted.addOIDCClaims(['sub', 'external_id']);
    granted.addResourceScope(audience, params.scope ?? '');
    await granted.save();
    return granted;
  };
}
