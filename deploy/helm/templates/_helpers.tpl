{{/* Names, labels, images and the security context that every pod has. */}}

{{- define "tandem.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* (list $ component): the name of a component's objects. */}}
{{- define "tandem.component" -}}
{{- printf "%s-%s" (include "tandem.fullname" (index . 0)) (index . 1) }}
{{- end }}

{{/* (list $ component): the DNS name of a component's Service. */}}
{{- define "tandem.host" -}}
{{- $root := index . 0 }}
{{- printf "%s.%s.svc.%s" (include "tandem.component" .) $root.Release.Namespace $root.Values.global.clusterDomain }}
{{- end }}

{{/* (list $ component): the labels that select a component's pods; they never change. */}}
{{- define "tandem.selector" -}}
app.kubernetes.io/component: {{ index . 1 }}
{{ include "tandem.release" (index . 0) }}
{{- end }}

{{/* The labels that all pods of the release have. */}}
{{- define "tandem.release" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: {{ .Chart.Name }}
{{- end }}

{{/* (list $ component) */}}
{{- define "tandem.labels" -}}
{{- $root := index . 0 }}
{{- include "tandem.selector" . }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/version: {{ $root.Values.image.tag | default $root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* (list $ component): the image; a digest wins over the tag, the global registry over the image's own. */}}
{{- define "tandem.image" -}}
{{- $root := index . 0 }}
{{- $image := $root.Values.image }}
{{- $name := printf "%s%s" $image.repositoryPrefix (index . 1) }}
{{- with $root.Values.global.imageRegistry | default $image.registry }}{{ $name = printf "%s/%s" . $name }}{{ end }}
{{- $digest := get $image.digests (index . 1) }}
{{- if $digest }}{{ printf "%s@%s" $name $digest }}{{ else }}{{ printf "%s:%s" $name ($image.tag | default $root.Chart.AppVersion) }}{{ end }}
{{- end }}

{{/* ($): what every pod says of itself; the rest of "restricted" stands in tandem.containerSecurity. */}}
{{- define "tandem.podSettings" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  {{- with .Values.podSecurity.runAsUser }}
  runAsUser: {{ . }}
  {{- end }}
  {{- with .Values.podSecurity.runAsGroup }}
  runAsGroup: {{ . }}
  {{- end }}
  {{- with .Values.podSecurity.fsGroup }}
  fsGroup: {{ . }}
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "tandem.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
readOnlyRootFilesystem: true
{{- end }}

{{/* What short-lived containers of Jobs and tests may use. */}}
{{- define "tandem.smallResources" -}}
requests:
  cpu: 50m
  memory: 128Mi
limits:
  memory: 256Mi
{{- end }}

{{/* (list "name of the Secret with {service}" service) */}}
{{- define "tandem.secretName" -}}
{{- index . 0 | replace "{service}" (index . 1) }}
{{- end }}
