// The login page: type whom you want to be. For development only.
import { subjectOf } from './issuers.mjs';

const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const page = (name, action, hint) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(name)}: log in · 登录</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:15vh auto;padding:0 1rem}
input,button{font:inherit;padding:.5rem;width:100%;box-sizing:border-box;margin-top:.5rem}</style></head>
<body><h1>${escape(name)}</h1>
<form method="post" action="${escape(action)}" autocomplete="off">
<label>External id of the person to log in as<br><span lang="zh-CN">以哪位人员登录（外部编号）</span>
<input name="external_id" required autofocus maxlength="200" value="${escape(hint)}"></label>
<button>Log in · 登录</button></form></body></html>`;

export async function login(issuer, request, response) {
  const details = await issuer.provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // No form-action: the login ends in a redirect to the portal's own address.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    });
    response.end(page(issuer.name, request.originalUrl, details.params.login_hint ?? ''));
    return;
  }
  const externalId = new URLSearchParams(await bodyOf(request)).get('external_id')?.trim();
  if (!externalId) {
    response.writeHead(303, { location: request.originalUrl }).end();
    return;
  }
  const result = { login: { accountId: subjectOf(externalId), acr: details.params.acr_values?.split(' ')[0] } };
  await issuer.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

export async function bodyOf(request, limit = 10_000) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > limit) throw new RangeError('the request is too long');
  }
  return body;
}
