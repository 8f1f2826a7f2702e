{{/* (list $ service svc): the pod of a service. */}}
{{- define "tandem.pod" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 }}
{{- $svc := index . 2 }}
metadata:
  annotations:
    checksum/settings: {{ include "tandem.sharedEnv" $root | sha256sum }}
    resource.opentelemetry.io/service.name: {{ $name }}
    resource.opentelemetry.io/service.namespace: tandem
    {{- with $svc.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  labels:
    {{- include "tandem.labels" (list $root $name) | nindent 4 }}
    {{- with $svc.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "tandem.component" (list $root $name) }}
  {{- include "tandem.podSettings" $root | nindent 2 }}
  terminationGracePeriodSeconds: {{ $svc.terminationGracePeriodSeconds }}
  {{- include "tandem.placement" (list $root $name $svc) | nindent 2 }}
  {{- if $root.Values.evaluation.enabled }}
  initContainers:
    {{- include "tandem.evaluationKeys" (list $root $name) | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ $name }}
      image: {{ include "tandem.image" (list $root $name) }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: [serve]
      securityContext:
        {{- include "tandem.containerSecurity" $root | nindent 8 }}
      env:
        {{- include "tandem.env" . | nindent 8 }}
      envFrom:
        {{- include "tandem.envFrom" (list $root $svc) | nindent 8 }}
      ports:
        - name: {{ $svc.protocol }}
          containerPort: {{ $svc.port }}
        - name: telemetry
          containerPort: 9464
      {{- include "tandem.probes" (list $svc) | nindent 6 }}
      lifecycle:
        preStop:
          sleep:
            seconds: {{ $svc.preStopSeconds }}
      resources:
        {{- toYaml $svc.resources | nindent 8 }}
      volumeMounts:
        {{- include "tandem.mounts" (list $root $svc) | nindent 8 }}
  volumes:
    {{- include "tandem.volumes" . | nindent 4 }}
{{- end }}

{{/* (list $ service svc): which nodes its pods go to; apart from each other as far as there is room. */}}
{{- define "tandem.placement" -}}
{{- $svc := index . 2 }}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "tandem.selector" (list (index $ 0) (index $ 1)) | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- with $svc.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $svc.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $svc.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $svc.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}
