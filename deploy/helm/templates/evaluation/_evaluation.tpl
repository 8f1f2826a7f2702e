{{/* Throwaway keys and servers of an evaluation. */}}

{{/* (list $ service): makes the keys from the release's seed, the same in every pod; nothing of it outlives the pod. */}}
{{- define "tandem.evaluationKeys" -}}
{{- $root := index . 0 }}
- name: keys
  {{- include "tandem.migrationContainer" (list $root "ops") | nindent 2 }}
  args: [evaluation-keys, --seed-file, /run/seed/seed, --folder, /run/tandem-keys, --service, {{ index . 1 }}]
  volumeMounts:
    - name: keys
      mountPath: /run/tandem-keys
    - name: seed
      mountPath: /run/seed
      readOnly: true
    - name: tmp
      mountPath: /tmp
{{- end }}

{{- define "tandem.evaluationKeysVolumes" }}
- name: keys
  emptyDir:
    medium: Memory
    sizeLimit: 1Mi
- name: seed
  secret:
    secretName: {{ include "tandem.component" (list . "seed-evaluation") }}
    defaultMode: 0440
{{- end }}

{{/* The demo tenants: their language, time zone and calendar, and where their clocks begin. */}}
{{- define "tandem.evaluationTenants" -}}
heron: [--locale=zh-CN, --zone=Asia/Shanghai, --calendar=CN, "--clock-start=2026-09-28T09:00+08:00"]
osprey: [--locale=en, --zone=America/New_York, --calendar=US, "--clock-start=2026-09-28T09:00-04:00"]
{{- end }}

{{/* (list $ svc tenant traits): makes the tenant; one that is there stays as it is. */}}
{{- define "tandem.evaluationTenant" -}}
{{- $root := index . 0 }}
- name: {{ index . 2 }}
  {{- include "tandem.migrationContainer" (list $root "directory") | nindent 2 }}
  command: [tandem-admin, tenant, create]
  args:
    - --name={{ index . 2 }}
    - --issuer=http://127.0.0.1:8085/{{ index . 2 }}
    - --jwks-uri=http://{{ include "tandem.host" (list $root "identity") }}:8085/{{ index . 2 }}/jwks
    - --first-admin=admin
    {{- toYaml (index . 3) | nindent 4 }}
  env:
    {{- include "tandem.env" (list $root "directory" (index . 1)) | nindent 4 }}
  envFrom:
    {{- include "tandem.envFrom" (list $root (index . 1)) | nindent 4 }}
  volumeMounts:
    {{- include "tandem.mounts" (list $root (index . 1)) | nindent 4 }}
{{- end }}

{{/* (list $ component): head of a Secret that the chart made itself. */}}
{{- define "tandem.evaluationSecret" -}}
{{- $root := index . 0 }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "tandem.component" (list $root (printf "%s-evaluation" (index . 1))) }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "tandem.labels" (list $root (index . 1)) | nindent 4 }}
  annotations:
    tandem/evaluation: "made by the chart; not for people's data"
{{- end }}

{{/* (list seed name): a password; production refuses whatever carries this mark. */}}
{{- define "tandem.evaluationPassword" -}}
development-only-{{ printf "%s/%s" (index . 0) (index . 1) | sha256sum | trunc 40 }}
{{- end }}

{{/* (list $ component image user): head of a throwaway server, up to its container's command; 0 is every pod's user. */}}
{{- define "tandem.evaluationServer" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "tandem.component" (list $root $name) }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "tandem.labels" (list $root $name) | nindent 4 }}
spec:
  replicas: 1
  strategy:
    type: Recreate
  selector:
    matchLabels:
      {{- include "tandem.selector" (list $root $name) | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "tandem.labels" (list $root $name) | nindent 8 }}
    spec:
      {{- include "tandem.podSettings" $root | nindent 6 }}
      containers:
        - name: {{ $name }}
          image: {{ index . 2 }}
          securityContext:
            {{- include "tandem.containerSecurity" $root | nindent 12 }}
            {{- if and (index . 3) $root.Values.podSecurity.runAsUser }}
            runAsUser: {{ index . 3 }}
            runAsGroup: {{ index . 3 }}
            {{- end }}
          resources:
            requests:
              cpu: 100m
              memory: 256Mi
            limits:
              memory: 1Gi
{{- end }}

{{/* (list $ component port clients): its Service, and who may reach it; it reaches nobody. */}}
{{- define "tandem.evaluationNetwork" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "tandem.component" (list $root $name) }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "tandem.labels" (list $root $name) | nindent 4 }}
spec:
  selector:
    {{- include "tandem.selector" (list $root $name) | nindent 4 }}
  ports:
    - port: {{ index . 2 }}
{{- if $root.Values.networkPolicy.enabled }}
---
{{ include "tandem.policy" (list $root $name) }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        {{- range index . 3 }}
        {{- include "tandem.peer" (list $root .) | nindent 8 }}
        {{- end }}
      ports:
        - port: {{ index . 2 }}
{{- end }}
{{- end }}
