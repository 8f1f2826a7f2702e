{{/* Settings of a pod. What is secret comes as files under /run/tandem, one folder per kind. */}}

{{/* (list $ service svc) */}}
{{- define "tandem.env" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 }}
{{- $svc := index . 2 }}
{{- $keys := $root.Values.evaluation.enabled | ternary "/run/tandem-keys" "/run/tandem/keys" }}
{{- $env := dict
  "TANDEM_LISTEN" (printf "0.0.0.0:%d" (int $svc.port))
  "TANDEM_NATS_USER" $name
  "TANDEM_NATS_PASSWORD_FILE" "/run/tandem/nats/password"
  "TANDEM_SIGNING_KEY_FILE" (printf "%s/signing.pem" $keys)
  "TANDEM_MASTER_KEY_FILE" (printf "%s/master.json" $keys)
  "TANDEM_CALLEES" (include "tandem.callees" (list $root $svc))
}}
{{- if $svc.stored }}
{{- $env = merge $env (dict
  "TANDEM_DSN_APP_FILE" "/run/tandem/database/uri-app"
  "TANDEM_DSN_WORKER_FILE" "/run/tandem/database/uri-worker"
  "TANDEM_TRUST_FILE" (printf "%s/trust.jwks" $keys)
  "TANDEM_PAGE_KEY_FILE" (printf "%s/page.key" $keys)
  "TANDEM_CONSUMER_PARTITIONS" (include "tandem.consumerPartitions" $root)
  "TANDEM_STREAM_REPLICAS" (include "tandem.streamReplicas" $root)
) }}
{{- end }}
{{- $env = merge $env (include "tandem.workloadEnv" (list $root $name $svc) | fromYaml) }}
{{- if eq $name "notification" }}{{ $env = merge $env (include "tandem.mailEnv" $root | fromYaml) }}{{ end }}
{{- if eq $name "gateway" }}{{ $_ := set $env "TANDEM_ISSUERS_POLL_SECONDS" (toString $root.Values.oidc.issuersPollSeconds) }}{{ end }}
{{- range $key, $value := merge $env $svc.env }}
- name: {{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- include "tandem.resourceEnv" (list $root $name) }}
{{- end }}

{{/* (list $ svc): what all pods are told alike, and the S3 client's variables where no cloud role gives them. */}}
{{- define "tandem.envFrom" -}}
{{- $root := index . 0 }}
{{- $svc := index . 1 -}}
- configMapRef:
    name: {{ include "tandem.component" (list $root "settings") }}
{{- if and $svc.files $root.Values.blobs.existingSecret }}
- secretRef:
    name: {{ $root.Values.blobs.existingSecret }}
{{- end }}
{{- end }}

{{/* (list $ svc): JSON, callee -> the DNS name behind which all its pods are. */}}
{{- define "tandem.callees" -}}
{{- $root := index . 0 }}
{{- $callees := dict }}
{{- range (index . 1).calls }}
{{- $callee := include "tandem.service" (list $root .) | fromYaml }}
{{- $_ := set $callees . (printf "dns:///%s:%d" (include "tandem.host" (list $root .)) (int $callee.port)) }}
{{- end }}
{{- $callees | toJson }}
{{- end }}

{{/* (list $ service svc): who may call it, and the tokens it calls others with; nothing where a mesh does that. */}}
{{- define "tandem.workloadEnv" -}}
{{- $root := index . 0 }}
{{- $svc := index . 2 }}
{{- if include "tandem.workloadIdentity" $root }}
{{- if eq $svc.protocol "grpc" }}
{{- $callers := dict }}
{{- range include "tandem.callers" (list $root (index . 1)) | fromYamlArray }}
{{- $_ := set $callers . (printf "system:serviceaccount:%s:%s" $root.Release.Namespace (include "tandem.component" (list $root .))) }}
{{- end }}
TANDEM_CALLERS: {{ $callers | toJson | quote }}
TANDEM_WORKLOAD_ISSUER: {{ $root.Values.workloadIdentity.issuer | quote }}
{{- include "tandem.workloadKeysEnv" $root }}
{{- end }}
{{- if $svc.calls }}
TANDEM_WORKLOAD_TOKENS: /run/tandem/workload
{{- end }}
{{- end }}
{{- end }}

{{/* ($): whether pods prove which service they are. A trial does so only where it is told the cluster's issuer. */}}
{{- define "tandem.workloadIdentity" -}}
{{- if and .Values.workloadIdentity.enabled .Values.workloadIdentity.issuer }}true{{ end }}
{{- end }}

{{/* ($): from where the issuer's keys come: a ConfigMap, a public URL, or the cluster's API, which any pod may ask. */}}
{{- define "tandem.workloadKeysEnv" }}
{{- $workload := .Values.workloadIdentity }}
{{- if $workload.keysConfigMap }}
TANDEM_WORKLOAD_KEYS: /run/tandem/workload-keys/jwks.json
{{- else if $workload.keysUrl }}
TANDEM_WORKLOAD_KEYS: {{ $workload.keysUrl | quote }}
{{- else }}
TANDEM_WORKLOAD_KEYS: https://kubernetes.default.svc.{{ .Values.global.clusterDomain }}/openid/v1/jwks
TANDEM_WORKLOAD_KEYS_CA_FILE: /run/tandem/workload-keys/ca.crt
TANDEM_WORKLOAD_KEYS_TOKEN_FILE: /run/tandem/workload-keys/token
{{- end }}
{{- end }}

{{- define "tandem.mailEnv" -}}
{{- $mail := .Values.mail -}}
TANDEM_SMTP_HOST: {{ $mail.host | quote }}
TANDEM_SMTP_PORT: {{ $mail.port | quote }}
TANDEM_MAIL_FROM: {{ $mail.from | quote }}
TANDEM_PORTAL_URL: {{ $mail.portalUrl | quote }}
TANDEM_SENDERS: {{ $mail.senders | quote }}
{{- if $mail.user }}
TANDEM_SMTP_USER: {{ $mail.user | quote }}
TANDEM_SMTP_PASSWORD_FILE: /run/tandem/mail/password
{{- end }}
{{- end }}

{{/* ($): settings that all services share; they are in one ConfigMap. */}}
{{- define "tandem.sharedEnv" -}}
OTEL_METRIC_EXPORT_INTERVAL: {{ int64 .Values.otel.metricExportInterval | quote }}
OTEL_TRACES_SAMPLER: {{ .Values.otel.tracesSampler }}
OTEL_TRACES_SAMPLER_ARG: {{ .Values.otel.tracesSamplerArg | quote }}
{{- with .Values.otel.endpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ . | quote }}
{{- end }}
{{- if .Values.caBundle.configMap }}
SSL_CERT_FILE: /run/tandem/ca/bundle.crt
{{- end }}
TANDEM_BLOBS: {{ include "tandem.blobs" . | quote }}
TANDEM_ENVIRONMENT: {{ .Values.evaluation.enabled | ternary "development" "production" }}
TANDEM_LOG_FORMAT: {{ .Values.logFormat }}
TANDEM_NATS_URL: {{ include "tandem.natsUrl" . | quote }}
TANDEM_TELEMETRY_LISTEN: 0.0.0.0:9464
{{- end }}

{{- define "tandem.natsUrl" -}}
{{- if .Values.evaluation.enabled }}{{ printf "nats://%s:4222" (include "tandem.host" (list . "nats")) }}{{ else }}{{ .Values.nats.url }}{{ end }}
{{- end }}

{{- define "tandem.streamReplicas" -}}
{{- .Values.evaluation.enabled | ternary 1 .Values.nats.streamReplicas }}
{{- end }}

{{- define "tandem.consumerPartitions" -}}
{{- .Values.evaluation.enabled | ternary 1 .Values.nats.consumerPartitions }}
{{- end }}

{{- define "tandem.blobs" -}}
{{- if include "tandem.blobsClaim" . }}file:///blobs{{ else }}{{ .Values.blobs.url }}{{ end }}
{{- end }}

{{- define "tandem.blobsClaim" -}}
{{- if .Values.evaluation.enabled }}{{ include "tandem.component" (list . "blobs") }}{{ else }}{{ .Values.blobs.persistentVolumeClaim }}{{ end }}
{{- end }}

{{/* (list $ service): who this pod is, for traces and metrics; the names before the attributes that use them. */}}
{{- define "tandem.resourceEnv" }}
{{- range $key, $field := dict "POD_NAME" "metadata.name" "POD_NODE" "spec.nodeName" "POD_UID" "metadata.uid" }}
- name: {{ $key }}
  valueFrom:
    fieldRef:
      fieldPath: {{ $field }}
{{- end }}
{{- $root := index . 0 }}
{{- $space := $root.Release.Namespace }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: {{ join "," (list
    (printf "deployment.environment.name=%s" $root.Values.otel.environment)
    (printf "k8s.container.name=%s" (index . 1))
    (printf "k8s.deployment.name=%s" (include "tandem.component" .))
    (printf "k8s.namespace.name=%s" $space)
    "k8s.node.name=$(POD_NODE)"
    "k8s.pod.name=$(POD_NAME)"
    "k8s.pod.uid=$(POD_UID)"
    (printf "service.instance.id=%s.$(POD_NAME).%s" $space (index . 1))
  ) | quote }}
{{- end }}
