{{/* What is mounted at /run/tandem: one volume, put together from Secrets, tokens and ConfigMaps, each key by name. */}}

{{/* (list $ service svc) */}}
{{- define "tandem.secrets" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 }}
{{- $svc := index . 2 }}
{{- $workload := $root.Values.workloadIdentity }}
name: secrets
projected:
  defaultMode: 0440
  sources:
    - secret:
        name: {{ include "tandem.natsSecret" (list $root $name) }}
        items:
          - key: nats-password
            path: nats/password
    {{- if $svc.stored }}
    - secret:
        name: {{ include "tandem.databaseSecret" (list $root $name) }}
        items:
          - key: uri-app
            path: database/uri-app
          - key: uri-worker
            path: database/uri-worker
    {{- end }}
    {{- if not $root.Values.evaluation.enabled }}
    {{- include "tandem.keySources" (list $root $name $svc) | nindent 4 }}
    {{- end }}
    {{- if and (eq $name "notification") $root.Values.mail.user }}
    - secret:
        name: {{ $root.Values.mail.existingSecret }}
        items:
          - key: password
            path: mail/password
    {{- end }}
    {{- if include "tandem.workloadIdentity" $root }}
    {{- range $svc.calls }}
    - serviceAccountToken:
        audience: tandem-{{ . }}
        expirationSeconds: {{ $workload.tokenExpirationSeconds }}
        path: workload/{{ . }}
    {{- end }}
    {{- if eq $svc.protocol "grpc" }}
    {{- include "tandem.workloadKeySources" $root | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- include "tandem.caSource" $root | nindent 4 }}
{{- end }}

{{/* ($): the issuer's keys, or what the cluster's API is asked for them with. */}}
{{- define "tandem.workloadKeySources" -}}
{{- $workload := .Values.workloadIdentity }}
{{- if $workload.keysConfigMap }}
- configMap:
    name: {{ $workload.keysConfigMap }}
    items:
      - key: jwks.json
        path: workload-keys/jwks.json
{{- else if not $workload.keysUrl }}
- configMap:
    name: kube-root-ca.crt
    items:
      - key: ca.crt
        path: workload-keys/ca.crt
- serviceAccountToken:
    expirationSeconds: {{ $workload.tokenExpirationSeconds }}
    path: workload-keys/token
{{- end }}
{{- end }}

{{/* (list $ service svc): its own signing key, everybody's public keys, the master key and the key of page tokens. */}}
{{- define "tandem.keySources" -}}
{{- $root := index . 0 }}
- secret:
    name: {{ include "tandem.secretName" (list $root.Values.keys.signingSecret (index . 1)) }}
    items:
      - key: signing.pem
        path: keys/signing.pem
- secret:
    name: {{ $root.Values.keys.existingSecret }}
    items:
      - key: master.json
        path: keys/master.json
      {{- if (index . 2).stored }}
      - key: page.key
        path: keys/page.key
      - key: trust.jwks
        path: keys/trust.jwks
      {{- end }}
{{- end }}

{{- define "tandem.caSource" -}}
{{- $bundle := .Values.caBundle }}
{{- if $bundle.configMap }}
- configMap:
    name: {{ $bundle.configMap }}
    items:
      - key: {{ $bundle.key }}
        path: ca/bundle.crt
{{- end }}
{{- end }}

{{/* (list $ service svc): beside /run/tandem room for temporary files, and the files of all tenants without S3. */}}
{{- define "tandem.volumes" -}}
{{- $root := index . 0 }}
{{- $svc := index . 2 -}}
- {{ include "tandem.secrets" . | nindent 2 | trim }}
- name: tmp
  emptyDir:
    sizeLimit: {{ $svc.tmpSize }}
{{- if include "tandem.mountsFiles" (list $root $svc) }}
- name: blobs
  persistentVolumeClaim:
    claimName: {{ include "tandem.blobsClaim" $root }}
{{- end }}
{{- if $root.Values.evaluation.enabled }}
{{- include "tandem.evaluationKeysVolumes" $root }}
{{- end }}
{{- end }}

{{/* (list $ svc): whether files come from a volume, empty for no. */}}
{{- define "tandem.mountsFiles" -}}
{{- $svc := index . 1 }}
{{- if and $svc.files (include "tandem.blobsClaim" (index . 0)) }}true{{ end }}
{{- end }}

{{/* (list $ svc): where the volumes are. */}}
{{- define "tandem.mounts" -}}
- name: secrets
  mountPath: /run/tandem
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- if include "tandem.mountsFiles" . }}
- name: blobs
  mountPath: /blobs
{{- end }}
{{- if (index . 0).Values.evaluation.enabled }}
- name: keys
  mountPath: /run/tandem-keys
  readOnly: true
{{- end }}
{{- end }}
