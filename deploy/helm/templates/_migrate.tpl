{{/* Parts of the migration Job. */}}

{{/* ($): whether it is a hook, empty for no. */}}
{{- define "tandem.migratesByHook" -}}
{{- if and .Values.migrations.useHelmHooks (not .Values.evaluation.enabled) }}true{{ end }}
{{- end }}

{{/* ($): whether it first makes roles, schemas and streams, empty for no. */}}
{{- define "tandem.prepares" -}}
{{- if or .Values.migrations.prepare.enabled .Values.evaluation.enabled }}true{{ end }}
{{- end }}

{{/* (list $ component) */}}
{{- define "tandem.migrationContainer" -}}
{{- $root := index . 0 -}}
image: {{ include "tandem.image" . }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
securityContext:
  {{- include "tandem.containerSecurity" $root | nindent 2 }}
resources:
  {{- include "tandem.smallResources" $root | nindent 2 }}
{{- end }}

{{/* ($): the administrator's Secret, which only the preparation reads. */}}
{{- define "tandem.adminSecret" -}}
{{- if .Values.evaluation.enabled }}{{ include "tandem.component" (list . "admin-evaluation") }}{{ else }}{{ .Values.migrations.prepare.existingSecret }}{{ end }}
{{- end }}

{{- define "tandem.prepareEnv" -}}
- name: TANDEM_CONSUMER_PARTITIONS
  value: {{ include "tandem.consumerPartitions" . | quote }}
- name: TANDEM_NATS_URL
  value: {{ include "tandem.natsUrl" . | quote }}
- name: TANDEM_SECRETS
  value: /run/tandem
- name: TANDEM_STREAM_MAX_BYTES
  value: {{ int64 .Values.nats.streamMaxBytes | quote }}
- name: TANDEM_STREAM_REPLICAS
  value: {{ include "tandem.streamReplicas" . | quote }}
{{- end }}

{{/* ($): one folder per service, as the preparation expects them. */}}
{{- define "tandem.prepareVolume" -}}
name: prepare
projected:
  defaultMode: 0440
  sources:
    {{- include "tandem.brokerUserSources" . | nindent 4 }}
    - secret:
        name: {{ include "tandem.adminSecret" . }}
        items:
          - key: uri
            path: admin/uri
    {{- range $name, $_ := .Values.services }}
    {{- $svc := include "tandem.service" (list $ $name) | fromYaml }}
    {{- if $svc.stored }}
    - secret:
        name: {{ include "tandem.databaseSecret" (list $ $name) }}
        items:
          {{- range list "uri-app" "uri-owner" "uri-worker" }}
          - key: {{ . }}
            path: {{ $name }}/{{ . }}
          {{- end }}
    {{- end }}
    {{- end }}
{{- end }}

{{/* ($): the passwords of all users of the broker. */}}
{{- define "tandem.brokerUserSources" -}}
- secret:
    name: {{ include "tandem.adminSecret" . }}
    items:
      - key: nats-password
        path: admin/nats-password
      - key: nats-password-tail
        path: tail/nats-password
{{- range $name, $_ := .Values.services }}
- secret:
    name: {{ include "tandem.natsSecret" (list $ $name) }}
    items:
      - key: nats-password
        path: {{ $name }}/nats-password
{{- end }}
{{- end }}
