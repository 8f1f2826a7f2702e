{{/* ($): what an installation outside of an evaluation has to name. */}}
{{- define "tandem.needed" -}}
{{- $values := .Values }}
{{- $needed := dict
  "nats.url" $values.nats.url
  "nats.existingSecret (key nats-password)" $values.nats.existingSecret
  "keys.existingSecret (keys trust.jwks, master.json, page.key)" $values.keys.existingSecret
  "keys.signingSecret (key signing.pem)" $values.keys.signingSecret
  "blobs.url or blobs.persistentVolumeClaim" (or $values.blobs.url $values.blobs.persistentVolumeClaim)
  "mail.host" $values.mail.host
  "mail.from" $values.mail.from
  "mail.portalUrl" $values.mail.portalUrl
}}
{{- range $name, $value := $needed }}
{{- if not $value }}{{ fail (printf "%s is missing; see ci/default-values.yaml for the least that is to be set, or set evaluation.enabled for a trial" $name) }}{{ end }}
{{- end }}
{{- if not (contains "{service}" $values.keys.signingSecret) }}{{ fail "keys.signingSecret is one Secret per service; name it with {service}" }}{{ end }}
{{- if not (contains "{service}" $values.nats.existingSecret) }}{{ fail "nats.existingSecret is one Secret per service; name it with {service}" }}{{ end }}
{{- if and $values.mail.user (not $values.mail.existingSecret) }}{{ fail "mail.user needs mail.existingSecret (key password)" }}{{ end }}
{{- if and $values.migrations.prepare.enabled (not $values.migrations.prepare.existingSecret) }}{{ fail "migrations.prepare needs existingSecret (keys uri, nats-password, nats-password-tail)" }}{{ end }}
{{- $trace := $values.tests.trace }}
{{- if and $trace.enabled (not (and $trace.tracesUrl $trace.tokenUrl $trace.clientId $trace.existingSecret)) }}{{ fail "tests.trace needs tracesUrl, tokenUrl, clientId and existingSecret (key client-secret)" }}{{ end }}
{{- $workload := $values.workloadIdentity }}
{{- if and $workload.enabled (not $workload.issuer) }}{{ fail "workloadIdentity.issuer is missing: `kubectl get --raw /.well-known/openid-configuration` names it; where a mesh proves who calls, set workloadIdentity.enabled: false" }}{{ end }}
{{- if and $workload.keysUrl $workload.keysConfigMap }}{{ fail "workloadIdentity takes keysUrl or keysConfigMap, not both" }}{{ end }}
{{- end }}

{{/* ($): an evaluation makes its own servers and secrets; settings of a real installation beside it are a mistake. */}}
{{- define "tandem.refuseProduction" -}}
{{- $values := .Values }}
{{- $real := dict
  "database.existingSecret" $values.database.existingSecret
  "nats.url" $values.nats.url
  "nats.existingSecret" $values.nats.existingSecret
  "keys.existingSecret" $values.keys.existingSecret
  "keys.signingSecret" $values.keys.signingSecret
  "blobs.url" $values.blobs.url
  "blobs.persistentVolumeClaim" $values.blobs.persistentVolumeClaim
  "migrations.prepare.existingSecret" $values.migrations.prepare.existingSecret
  "ingress" $values.ingress.enabled
  "gateway" $values.gateway.enabled
  "tests.trace" $values.tests.trace.enabled
}}
{{- range $name, $value := $real }}
{{- if $value }}{{ fail (printf "evaluation.enabled brings throwaway servers and secrets; it does not go together with %s" $name) }}{{ end }}
{{- end }}
{{- end }}
